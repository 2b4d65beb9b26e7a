import type { Capture } from '../../extension/sites/capture-schema.ts';
import type { Settings } from '../../extension/sites/settings-schema.ts';
import type { BrowserName } from '../../farm/browser-name.ts';
import type { Page } from '../browser/driver.ts';
import { eventually } from '../browser/eventually.ts';
import { borrowBrowser } from '../browser/launch-browser.ts';
import { textOf } from '../stage/set-up-through-popup.ts';
import { Stage } from '../stage/stage.ts';

const ALWAYS = { always: 'encodeURIComponent' };

/** A stage whose extension can change scripts. */
export class CaptureStage {
  readonly stage: Stage;
  readonly #name: BrowserName;
  /** Number of times that captures were set. */
  #rounds = 0;

  private constructor(stage: Stage, name: BrowserName) {
    this.stage = stage;
    this.#name = name;
  }

  static async start(name: BrowserName, { launch = borrowBrowser } = {}): Promise<CaptureStage> {
    return new CaptureStage(await Stage.start(name, { captures: true, launch }), name);
  }

  /** Opens a page of a site, enables it with these captures and a function `<name>` for each, and reloads the page. */
  async setUp(url: string, captures: readonly Capture[]): Promise<Page> {
    const page = await this.stage.browser.openPage(url);
    await this.stage.enable(page, ALWAYS);
    await this.setCaptures(captures);
    if (this.#name === 'firefox' && captures.length > 0) await this.#allow(page);
    await page.activate();
    await page.reload();
    await this.stage.isServing(page.tabId);
    return page;
  }

  /** Sets captures for all sites. An extra function makes the tab serve without captures too. */
  async setCaptures(captures: readonly Capture[], more: Record<string, string> = {}): Promise<void> {
    // A unique name shows when they are applied. A page that is loaded earlier is served by the previous ones.
    const own = Object.fromEntries(captures.map(({ name }) => [name, `capture:${name}`]));
    const functions = { ...ALWAYS, [`round${++this.#rounds}`]: 'encodeURIComponent', ...own, ...more };
    const options = await this.stage.browser.openOptions();
    await options.evaluate(storeCaptures, { captures, functions });
    await options.close();
    const names = JSON.stringify(Object.keys(functions).sort());
    await eventually(async () => {
      const served = await this.stage.servedFunctions();
      return JSON.stringify(served.map(({ name }) => name).sort()) === names;
    });
  }

  /** Firefox needs a click for the permission. */
  async #allow(page: Page): Promise<void> {
    const popup = await this.stage.browser.openPopup({ tabId: page.tabId, url: await page.url() });
    await popup.control('button', 'Allow captures').click();
    await eventually(async () => !(await popup.control('button', 'Allow captures').isThere()));
    await popup.close();
  }

  /** Waits until the breakpoints of this many captures are known. */
  async breakpointsAreSet(page: Page, captures: number): Promise<void> {
    await this.popupSays(page, /has not run the code at this place yet|Active/, captures);
  }

  /** The text of a tab's popup, once it contains these words this many times. */
  async popupSays(page: Page, words: string | RegExp, times = 1): Promise<string> {
    const popup = await this.stage.browser.openPopup({ tabId: page.tabId, url: await page.url() });
    let text = '';
    try {
      await eventually(async () => {
        text = await textOf(popup);
        return text.split(words).length > times;
      });
    } catch {
      throw new Error(`the popup did not show "${words}", but:\n${text}`);
    } finally {
      await popup.close();
      await page.activate();
    }
    return text;
  }

  async close(): Promise<void> {
    await this.stage.close();
  }
}

interface ExtensionApi {
  storage: { local: { get(key: 'settings'): Promise<{ settings: Settings }>; set(items: object): Promise<void> } };
}
declare const chrome: ExtensionApi;

/** Runs in a page of the extension. */
async function storeCaptures(wanted: {
  captures: readonly Capture[];
  functions: Record<string, string>;
}): Promise<void> {
  const functions = Object.entries(wanted.functions).map(([name, path]) => ({ name, path }));
  const { settings } = await chrome.storage.local.get('settings');
  const sites = settings.sites.map((site) => ({ ...site, captures: wanted.captures, functions }));
  await chrome.storage.local.set({ settings: { ...settings, sites } });
}
