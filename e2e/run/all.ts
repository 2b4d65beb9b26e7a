import { lintAddon, runEndToEnd, runScript, runVitest } from './steps.ts';
import { add, formatTally, NOTHING } from './tally.ts';
import type { Summary } from './vitest-report.ts';

/** `npm test`: everything there is to check, in the order of how soon it tells. Its last line is the tally. */

const summaries: Summary[] = [];

await step('format and lint', () => runScript('lint'));
await step('types', () => runScript('types'));
await step('unit tests', () => runVitest('unit', []));
const built = await step('build', () => runScript('build'));
if (built) {
  await step('many nodes, with NATS', () => runVitest('cluster', ['--config', 'vitest.cluster.config.ts']));
  await step('examples, with mitmproxy', () => runVitest('examples', ['--config', 'vitest.examples.config.ts']));
  await step('package, packed and installed', () => runVitest('package', ['--config', 'vitest.package.config.ts']));
  await step('add-on lint', lintAddon);
  await step('end to end, in both browsers', runEndToEnd);
}

const failures = summaries.flatMap((summary) => summary.failures);
if (failures.length > 0) console.log(`\nFailed:\n${failures.map((failure) => `  ${failure}`).join('\n')}`);
if (!built) console.log('  (without a build, nothing was tried in a browser)');
const tally = summaries.map((summary) => summary.tally).reduce(add, NOTHING);
process.exitCode = tally.failed > 0 ? 1 : 0;
console.log(`\n${formatTally(tally)}`);

async function step(title: string, run: () => Promise<Summary | Summary[]>): Promise<boolean> {
  console.log(`\n━━ ${title}`);
  const started = performance.now();
  const done = [await run()].flat();
  summaries.push(...done);
  const failed = done.reduce((sum, { tally }) => sum + tally.failed, 0);
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  console.log(`━━ ${title}: ${failed > 0 ? `${failed} failed` : 'ok'} (${seconds} s)`);
  return failed === 0;
}
