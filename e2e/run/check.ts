import { CheckRun } from './check-run.ts';
import { runScript, runVitest } from './steps.ts';

/** `npm run check`: the checks before a commit, within a minute. A passing step prints one line. */

const checks = new CheckRun();
const BRIEF = { isShownLater: true, isBrief: true };
const UNIT = ['--project', 'unit', '--project', 'isolated'];

await Promise.all([
  checks.step('format and lint', () => runScript('lint', BRIEF), BRIEF),
  checks.step('types', () => runScript('types', BRIEF), BRIEF),
  checks.step('unit tests', () => runVitest('unit', UNIT, BRIEF), BRIEF),
]);
checks.report();
