import type { BrowserName } from '../../farm/browser-name.ts';
import { Browser } from './browser.ts';
import { borrowChromium, launchChromium, launchDetachableChromium } from './chromium.ts';
import type { LaunchOptions } from './driver.ts';
import { borrowFirefox, launchFirefox } from './firefox.ts';

/** Starts a browser with the extension in it, and an empty profile that is gone afterwards. */
export async function launchBrowser(name: BrowserName, options: LaunchOptions): Promise<Browser> {
  return new Browser(await (name === 'firefox' ? launchFirefox(options) : launchChromium(options)));
}

/** The same, for a test: it may have been used by another one, and has a new profile as far as the extension can see. */
export async function borrowBrowser(name: BrowserName, options: LaunchOptions): Promise<Browser> {
  return new Browser(await (name === 'firefox' ? borrowFirefox(options) : borrowChromium(options)));
}

/** The same, but it can be let go of (`detach`) and runs on as it would for a person. */
export async function launchDetachableBrowser(name: BrowserName, options: LaunchOptions): Promise<Browser> {
  return new Browser(await (name === 'firefox' ? launchFirefox(options) : launchDetachableChromium(options)));
}
