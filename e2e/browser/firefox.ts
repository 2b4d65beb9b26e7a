import type { Browser } from 'puppeteer-core';
import { FIREFOX_ID } from '../../extension/manifest.ts';
import { Spare } from '../stage/spare.ts';
import { type ControlFinder, makeControlFinder } from './control-finder.ts';
import type { Driver, LaunchOptions } from './driver.ts';
import { eventually } from './eventually.ts';
import { type FirefoxProcess, startFirefox, UUID } from './firefox-process.ts';
import { FirefoxTab, type FirefoxTabDeps } from './firefox-tab.ts';

const USUAL_LANGUAGE = 'en-US';
const ORIGIN = `moz-extension://${UUID}`;
/** An empty page of the browser, whose scripts run with the browser's privileges. */
const PRIVILEGED_PAGE = 'chrome://browser/content/blanktab.html';

/** Starts a Firefox with an empty profile and the extension as a temporary add-on. */
export async function launchFirefox(options: LaunchOptions): Promise<Driver> {
  const firefox = await startFirefox(options);
  await firefox.browser.installExtension(options.extension);
  return await driverOf(firefox, () => firefox.end());
}

/** Starting another takes five seconds of CPU time. */
const spare = new Spare<FirefoxProcess>((firefox) => firefox.end());

/** The same, but may reuse a running Firefox, in which the extension is installed again. */
export async function borrowFirefox(options: LaunchOptions): Promise<Driver> {
  const language = options.language ?? USUAL_LANGUAGE;
  if (language !== USUAL_LANGUAGE || options.headless === false) return await launchFirefox(options);
  // Tests find controls by their English names.
  const firefox = await spare.take(() => startFirefox({ ...options, language }));
  const id = await firefox.browser.installExtension(options.extension);
  return await driverOf(firefox, async (driver) => {
    await firefox.browser.uninstallExtension(id);
    await driver.clear();
    await spare.giveBack(firefox);
  });
}

async function driverOf({ browser }: FirefoxProcess, end: (driver: FirefoxDriver) => Promise<void>): Promise<Driver> {
  return new FirefoxDriver(browser, await browser.version(), await makeControlFinder(), end);
}

/** Drives a Firefox with the extension. */
class FirefoxDriver implements Driver {
  readonly name = 'firefox';
  readonly version: string;
  readonly extensionOrigin = ORIGIN;
  readonly #browser: Browser;
  readonly #deps: FirefoxTabDeps;
  readonly #end: (driver: FirefoxDriver) => Promise<void>;
  #privileged: FirefoxTab | undefined;

  constructor(
    browser: Browser,
    version: string,
    findControl: ControlFinder,
    end: (driver: FirefoxDriver) => Promise<void>,
  ) {
    this.#browser = browser;
    this.#deps = { findControl, policyComplaints: () => this.#policyComplaints() };
    this.#end = end;
    this.version = version.replace('firefox/', '');
  }

  async openTab(url: string): Promise<FirefoxTab> {
    const tab = new FirefoxTab(await this.#browser.newPage(), this.#deps);
    await tab.goto(url);
    return tab;
  }

  async killBackground(): Promise<void> {
    const tab = await this.#openPrivileged();
    await tab.evaluate(async (id) => {
      const { extension } = WebExtensionPolicy.getByID(id);
      await extension.terminateBackground({ ignoreDevToolsAttached: true, disableResetIdleForTest: true });
    }, FIREFOX_ID);
  }

  async extensionReloaded(): Promise<void> {
    const tab = await this.#openPrivileged();
    await eventually(() =>
      tab.evaluate((id) => {
        const policy = WebExtensionPolicy.getByID(id);
        return Boolean(policy?.active && policy.extension.backgroundState === 'running');
      }, FIREFOX_ID),
    );
  }

  async backgroundErrors(): Promise<string[]> {
    const tab = await this.#openPrivileged();
    // Uncaught errors only. Calls of console.error stay in the extension's process.
    return await tab.evaluate(
      (origin) =>
        Services.console
          .getMessageArray()
          .map(String)
          .filter((text) => text.includes(origin) && text.includes('JavaScript Error')),
      ORIGIN,
    );
  }

  /** Policy violations appear in the browser console only. */
  async #policyComplaints(): Promise<string[]> {
    const tab = await this.#openPrivileged();
    return await tab.evaluate(
      () =>
        Services.console
          .getMessageArray()
          .map(String)
          .filter((text) => text.includes('Content-Security-Policy')),
      undefined,
    );
  }

  async detach(): Promise<void> {
    await this.#privileged?.close();
    this.#privileged = undefined;
    await this.#browser.disconnect();
  }

  async close(): Promise<void> {
    await this.#end(this);
  }

  /** Clears recorded messages and closes all tabs but the first. */
  async clear(): Promise<void> {
    const tab = await this.#openPrivileged();
    await tab.evaluate(() => Services.console.reset(), undefined);
    const [, ...pages] = await this.#browser.pages();
    // Tabs of the extension closed with it.
    await Promise.all(pages.map((page) => page.close().catch(() => {})));
  }

  async #openPrivileged(): Promise<FirefoxTab> {
    this.#privileged ??= await this.openTab(PRIVILEGED_PAGE);
    return this.#privileged;
  }
}

/** The used part of Firefox's privileged API. */
declare const WebExtensionPolicy: {
  getByID(id: string): {
    active: boolean;
    extension: { backgroundState: string; terminateBackground(options: object): Promise<void> };
  };
};
declare const Services: { console: { getMessageArray(): unknown[]; reset(): void } };
