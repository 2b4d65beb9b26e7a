import type { BrowserName } from '../../farm/browser-name.ts';
import { Browser } from './browser.ts';
import { borrowChromium, launchChromium, launchDetachableChromium } from './chromium.ts';
import type { LaunchOptions } from './driver.ts';
import { borrowFirefox, launchFirefox } from './firefox.ts';

/** Starts a browser with the extension and a temporary profile. */
export async function launchBrowser(name: BrowserName, options: LaunchOptions): Promise<Browser> {
  return new Browser(await (name === 'firefox' ? launchFirefox(options) : launchChromium(options)));
}

/** The same for a test: may reuse a running browser. The extension sees a new profile. */
export async function borrowBrowser(name: BrowserName, options: LaunchOptions): Promise<Browser> {
  return new Browser(await (name === 'firefox' ? borrowFirefox(options) : borrowChromium(options)));
}

/** The same, but the driver can `detach`, and the browser runs on without it. */
export async function launchDetachableBrowser(name: BrowserName, options: LaunchOptions): Promise<Browser> {
  return new Browser(await (name === 'firefox' ? launchFirefox(options) : launchDetachableChromium(options)));
}
