import { lintAddon, runEndToEnd, runScript, runVitest } from './steps.ts';
import { add, formatTally, NOTHING } from './tally.ts';
import type { Summary } from './vitest-report.ts';

/**
 * `npm test`: everything there is to check, in the order of how soon it tells. What waits a good deal of its time runs beside something else, and is
 * shown once it is through. Its last line is the tally.
 */

const summaries: Summary[] = [];
const BESIDE = { isShownLater: true };

await step('format and lint', () => runScript('lint'));
const [built] = await Promise.all([
  step('build', () => runScript('build', BESIDE), BESIDE),
  step('types', () => runScript('types')),
]);
await Promise.all([runUnits(), built && runNodesAndPackage()]);
if (built) await step('end to end, in both browsers', runEndToEnd);

const failures = summaries.flatMap((summary) => summary.failures);
if (failures.length > 0) console.log(`\nFailed:\n${failures.map((failure) => `  ${failure}`).join('\n')}`);
if (!built) console.log('  (without a build, nothing was tried in a browser)');
const tally = summaries.map((summary) => summary.tally).reduce(add, NOTHING);
process.exitCode = tally.failed > 0 ? 1 : 0;
console.log(`\n${formatTally(tally)}`);

/* What of whole programs takes as long as the unit tests runs beside them, the rest after either: each starts several processes of its own. */

async function runUnits(): Promise<void> {
  await step('unit tests', () => runVitest('unit', []));
  if (built) await step('examples, with mitmproxy', vitest('examples'), BESIDE);
}

async function runNodesAndPackage(): Promise<void> {
  await step('many nodes, with NATS', vitest('cluster'), BESIDE);
  await step('package, packed and installed', vitest('package'), BESIDE);
  await step('add-on lint', () => lintAddon(BESIDE), BESIDE);
}

function vitest(name: string): () => Promise<Summary> {
  return () => runVitest(name, ['--config', `vitest.${name}.config.ts`], BESIDE);
}

async function step(
  title: string,
  run: () => Promise<Summary | Summary[]>,
  { isShownLater = false } = {},
): Promise<boolean> {
  if (!isShownLater) console.log(`\n━━ ${title}`);
  const started = performance.now();
  const done = [await run()].flat();
  summaries.push(...done);
  const failed = done.reduce((sum, { tally }) => sum + tally.failed, 0);
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  console.log(`━━ ${title}: ${failed > 0 ? `${failed} failed` : 'ok'} (${seconds} s)`);
  return failed === 0;
}
