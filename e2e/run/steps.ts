import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserName } from '../../farm/browser-name.ts';
import { findBrowser, PATH_VARIABLE } from '../browser/find-browser.ts';
import { ensureFonts } from '../visual/fonts.ts';
import { ensureWindowTools } from '../window/window-tools.ts';
import { type CommandOptions, ROOT, runCommand } from './run-command.ts';
import { ONE_FAILED, ONE_PASSED } from './tally.ts';
import { type Summary, summarize } from './vitest-report.ts';

/** Runs an npm script as one check. */
export async function runScript(script: string, options: CommandOptions = {}): Promise<Summary> {
  return check(`npm run ${script}`, await runCommand('npm', ['run', '--silent', script], options));
}

/** Runs the add-on store's linter on the Firefox build as one check. */
export async function lintAddon(options: CommandOptions = {}): Promise<Summary> {
  const webExt = join(ROOT, 'node_modules/web-ext/bin/web-ext.js');
  const args = [webExt, 'lint', '--source-dir', 'dist/firefox'];
  return check('web-ext lint', await runCommand(process.execPath, args, options));
}

/** Runs tests. Each counts as a check. */
export async function runVitest(name: string, args: string[], options: CommandOptions = {}): Promise<Summary> {
  const report = join(ROOT, '.tmp', `${name}-report.json`);
  await mkdir(join(ROOT, '.tmp'), { recursive: true });
  // Remove the report of an earlier run.
  await rm(report, { force: true });
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const succeeded = await runCommand(process.execPath, [vitest, 'run', ...reporters, ...args], options);
  const json = await readFile(report, 'utf8').catch(() => undefined);
  if (json === undefined) return check(name, false);
  const summary = summarize(JSON.parse(json));
  return succeeded || summary.tally.failed > 0 ? summary : check(`${name}: vitest itself`, false);
}

/** What tests in browsers need, as far as this machine has it or could install it. */
export interface Browsers {
  readonly names: readonly BrowserName[];
  readonly canOpenWindows: boolean;
  /** Tells tests where the browsers are. */
  readonly env: NodeJS.ProcessEnv;
}

/** Finds or installs the browsers, fonts and window tools. A missing browser or screen is one failure with one line. */
export async function provideBrowsers(): Promise<{ browsers: Browsers; missing: Summary[] }> {
  const env: NodeJS.ProcessEnv = {};
  const names: BrowserName[] = [];
  const missing: Summary[] = [];
  for (const name of ['chromium', 'firefox'] as const satisfies readonly BrowserName[]) {
    try {
      const path = await findBrowser(name, console.log);
      console.log(`${name}: ${path}`);
      env[PATH_VARIABLE[name]] = path;
      names.push(name);
    } catch (error) {
      console.log(String(error));
      missing.push(check(name, false));
    }
  }
  if (!(await ensureFonts(console.log)))
    console.log('Pictures are not compared, because their fonts are not installed.');
  const canOpenWindows = await ensureWindowTools(console.log).then(
    () => true,
    (error) => {
      console.log(String(error));
      missing.push(check('prompts in real windows', false));
      return false;
    },
  );
  return { browsers: { names, canOpenWindows, env }, missing };
}

/** Tests in both browsers and of programs. */
export async function runEndToEnd({ names, env }: Browsers): Promise<Summary> {
  return await runVitest('e2e', projectsOf('vitest.e2e.config.ts', ['programs', ...names]), { env });
}

/** Tests in browsers that mostly wait: for time, or for prompts in real windows. */
export async function runWaiting({ names, canOpenWindows, env }: Browsers): Promise<Summary[]> {
  if (names.length === 0) return [];
  const suites = ['waiting', ...(canOpenWindows ? ['window'] : [])];
  return await Promise.all(
    suites.map((suite) =>
      runVitest(suite, projectsOf(`vitest.${suite}.config.ts`, names), { env, isShownLater: true }),
    ),
  );
}

function projectsOf(config: string, names: readonly string[]): string[] {
  return ['--config', config, ...names.flatMap((name) => ['--project', name])];
}

function check(name: string, passed: boolean): Summary {
  return passed ? { tally: ONE_PASSED, failures: [] } : { tally: ONE_FAILED, failures: [name] };
}
