import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { BrowserName } from '../../farm/browser-name.ts';
import { usualPaths } from '../../farm/usual-paths.ts';
import { downloadBrowser, downloadedBrowser } from './download-browser.ts';
import { installWithApt } from './install-with-apt.ts';

/** The environment variable with the path of the browser to use. */
export const PATH_VARIABLE: Record<BrowserName, string> = { chromium: 'CHROME_PATH', firefox: 'FIREFOX_PATH' };

/** The minimum versions in the extension's manifests. */
const OLDEST: Record<BrowserName, number> = { chromium: 120, firefox: 142 };

/**
 * Finds a browser: the one in the environment variable, an installed one, or one that is installed now.
 *
 * @param say reports steps that take long or change the machine
 * @throws an Error of one line with advice
 */
export async function findBrowser(name: BrowserName, say: (line: string) => void): Promise<string> {
  const named = process.env[PATH_VARIABLE[name]];
  if (named) return await checkNamed(name, named);
  const present = (await firstUsable(name, usualPaths(name))) ?? (await downloadedBrowser(name));
  if (present) return present;
  if (await installWithApt(name, say)) {
    const installed = await firstUsable(name, usualPaths(name));
    if (installed) return installed;
  }
  return await downloadBrowser(name, say).catch((cause: unknown) => {
    throw new Error(`No ${name} was found and none could be downloaded. ${advice(name)}`, { cause });
  });
}

async function checkNamed(name: BrowserName, path: string): Promise<string> {
  if (await isUsable(name, path)) return path;
  throw new Error(`${PATH_VARIABLE[name]} is ${path}, which is not ${name} ${OLDEST[name]} or later`);
}

async function firstUsable(name: BrowserName, paths: string[]): Promise<string | undefined> {
  for (const path of paths) if (await isUsable(name, path)) return path;
  return undefined;
}

/** Whether it starts and is new enough. On Windows only whether it exists, because `--version` would open a window. */
async function isUsable(name: BrowserName, path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    if (process.platform === 'win32') return true;
    const { stdout } = await promisify(execFile)(path, ['--version'], { timeout: 20_000 });
    return Number(/ (\d+)\./.exec(stdout)?.[1] ?? 0) >= OLDEST[name];
  } catch {
    // Missing, or can't run here (for example a stub for snap): try the next one.
    return false;
  }
}

function advice(name: BrowserName): string {
  const command = {
    linux: `sudo apt-get install -y ${name === 'firefox' ? 'firefox-esr' : 'chromium'}`,
    darwin: `brew install --cask ${name === 'firefox' ? 'firefox' : 'google-chrome'}`,
    win32: `winget install ${name === 'firefox' ? 'Mozilla.Firefox' : 'Google.Chrome'}`,
  }[process.platform as string];
  return command ? `Run: ${command}` : `Install one and set ${PATH_VARIABLE[name]} to its path.`;
}
