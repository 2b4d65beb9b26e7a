import * as z from 'zod/mini';
import type { Tally } from './tally.ts';

const Assertion = z.object({ fullName: z.string(), status: z.string() });
const File = z.object({ name: z.string(), status: z.string(), assertionResults: z.array(Assertion) });

/** The used part of Vitest's JSON report. */
const Report = z.object({ success: z.boolean(), testResults: z.array(File) });

export interface Summary {
  tally: Tally;
  /** Names of failed tests and files. */
  failures: string[];
}

/**
 * Sums up a report. A file that fails to load, or in its setup or teardown, counts as one failure. So does a run that
 * failed without a failed test (an uncaught error).
 */
export function summarize(json: unknown): Summary {
  const { success, testResults } = Report.parse(json);
  const tests = testResults.flatMap((file) => file.assertionResults.map((test) => ({ file: file.name, ...test })));
  const failed = tests.filter(({ status }) => status === 'failed').map(({ file, fullName }) => `${file}: ${fullName}`);
  const broken = testResults.filter(isBroken).map(({ name }) => `${name}: the file as a whole`);
  const failures = [...failed, ...broken];
  if (!success && failures.length === 0) failures.push('the run as a whole: see the errors above');
  const passed = tests.filter(({ status }) => status === 'passed').length;
  const skipped = tests.length - passed - failed.length;
  return { tally: { passed, failed: failures.length, skipped }, failures };
}

function isBroken({ status, assertionResults }: z.infer<typeof File>): boolean {
  return status === 'failed' && assertionResults.every((test) => test.status !== 'failed');
}
