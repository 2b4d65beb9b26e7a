import { CheckRun } from './check-run.ts';
import { type Browsers, lintAddon, provideBrowsers, runEndToEnd, runScript, runVitest, runWaiting } from './steps.ts';
import type { Summary } from './vitest-report.ts';

/**
 * `npm test`: all checks, fastest first. Steps that wait a lot run in parallel with others, and their output is shown when
 * done. The last line is the tally.
 */

const checks = new CheckRun();
const BESIDE = { isShownLater: true };

await checks.step('format and lint', () => runScript('lint'));
const [built, browsers] = await Promise.all([
  checks.step('build', () => runScript('build', BESIDE), BESIDE),
  provide(),
  checks.step('types', () => runScript('types', BESIDE), BESIDE),
]);
// Tests that wait leave a processor to the others: they run from here to the end.
const waiting = built && checks.step('prompts, sleep and idle browsers', () => runWaiting(browsers), BESIDE);
await Promise.all([runUnits(), built && runNodesAndPackage()]);
if (built) await checks.step('end to end, in both browsers', () => runEndToEnd(browsers));
await waiting;
checks.report(built ? undefined : 'the build failed, so browser tests were skipped');

async function provide(): Promise<Browsers> {
  const provided = provideBrowsers();
  await checks.step('browsers, fonts and window tools', async () => (await provided).missing, BESIDE);
  return (await provided).browsers;
}

/* Program tests that take as long as the unit tests run in parallel with them, the others afterwards. */

async function runUnits(): Promise<void> {
  await checks.step('unit and integration tests', () => runVitest('unit', []));
  if (built) await checks.step('examples, with mitmproxy', vitest('examples'), BESIDE);
}

async function runNodesAndPackage(): Promise<void> {
  await checks.step('many nodes, with NATS', vitest('cluster'), BESIDE);
  await checks.step('package, packed and installed', vitest('package'), BESIDE);
  await checks.step('add-on lint', () => lintAddon(BESIDE), BESIDE);
}

function vitest(name: string): () => Promise<Summary> {
  return () => runVitest(name, ['--config', `vitest.${name}.config.ts`], BESIDE);
}
