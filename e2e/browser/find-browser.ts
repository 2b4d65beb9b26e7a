import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { BrowserName } from '../../farm/browser-name.ts';
import { usualPaths } from '../../farm/usual-paths.ts';
import { downloadBrowser, downloadedBrowser } from './download-browser.ts';
import { installWithApt } from './install-with-apt.ts';

/** The variable that names the browser to use, whatever else is installed. */
export const PATH_VARIABLE: Record<BrowserName, string> = { chromium: 'CHROME_PATH', firefox: 'FIREFOX_PATH' };

/** What the extension's manifests ask for. */
const OLDEST: Record<BrowserName, number> = { chromium: 120, firefox: 142 };

/**
 * The executable of a browser: the one that the person named, an installed one, or one that is installed now.
 *
 * @param say told what is being done where that takes a while or changes the machine.
 * @throws an Error of one line that the person can act on.
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
    throw new Error(`No ${name} was found and none could be fetched. ${advice(name)}`, { cause });
  });
}

async function checkNamed(name: BrowserName, path: string): Promise<string> {
  if (await isUsable(name, path)) return path;
  throw new Error(`${PATH_VARIABLE[name]} is ${path}, which is no ${name} of version ${OLDEST[name]} or later`);
}

async function firstUsable(name: BrowserName, paths: string[]): Promise<string | undefined> {
  for (const path of paths) if (await isUsable(name, path)) return path;
  return undefined;
}

/** It is there, starts, and is new enough. On Windows, where asking for its version would open a window, being there must do. */
async function isUsable(name: BrowserName, path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    if (process.platform === 'win32') return true;
    const { stdout } = await promisify(execFile)(path, ['--version'], { timeout: 20_000 });
    return Number(/ (\d+)\./.exec(stdout)?.[1] ?? 0) >= OLDEST[name];
  } catch {
    // Not there, or one that can't run here (such as a stub that asks for snap): look further.
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
