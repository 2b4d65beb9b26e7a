import { homedir } from 'node:os';
import { join } from 'node:path';
import { Browser, detectBrowserPlatform, getInstalledBrowsers, install, resolveBuildId } from '@puppeteer/browsers';
import type { BrowserName } from '../../farm/browser-name.ts';

const KIND: Record<BrowserName, Browser> = { chromium: Browser.CHROME, firefox: Browser.FIREFOX };

/** A browser downloaded by an earlier run. */
export async function downloadedBrowser(name: BrowserName): Promise<string | undefined> {
  const installed = await getInstalledBrowsers({ cacheDir: cacheDir() });
  return installed.find(({ browser }) => browser === KIND[name])?.executablePath;
}

/** Downloads the stable Chrome for Testing or Firefox into the user's cache. */
export async function downloadBrowser(name: BrowserName, say: (line: string) => void): Promise<string> {
  const platform = detectBrowserPlatform();
  if (!platform) throw new Error(`there is no ${name} for this platform`);
  const buildId = await resolveBuildId(KIND[name], platform, 'stable');
  say(`No ${name} found: fetching ${KIND[name]} ${buildId} into ${cacheDir()}`);
  return (await install({ browser: KIND[name], buildId, cacheDir: cacheDir(), platform })).executablePath;
}

function cacheDir(): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'pagewire', 'browsers');
}
