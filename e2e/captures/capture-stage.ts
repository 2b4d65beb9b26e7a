import type { Capture } from '../../extension/capture-schema.ts';
import type { ExportedSettings } from '../../extension/settings-schema.ts';
import type { BrowserName } from '../../farm/browser-name.ts';
import type { ExtensionPage, Page } from '../browser/driver.ts';
import { eventually } from '../browser/eventually.ts';
import type { HttpCall } from '../stage/call-over-http.ts';
import { setUpThroughPopup, textOf } from '../stage/set-up-through-popup.ts';
import { chooseFile, exportSettings } from '../stage/settings-transfer.ts';
import { Stage } from '../stage/stage.ts';

/** A stage whose extension may change scripts. */
export class CaptureStage {
  readonly stage: Stage;
  readonly #name: BrowserName;

  private constructor(stage: Stage, name: BrowserName) {
    this.stage = stage;
    this.#name = name;
  }

  static async start(name: BrowserName): Promise<CaptureStage> {
    return new CaptureStage(await Stage.start(name, { captures: true }), name);
  }

  /** Opens a page of a site, enables it, and gives it these captures and a function `<name>` for each; the page is then loaded anew. */
  async setUp(url: string, captures: readonly Capture[]): Promise<Page> {
    const page = await this.stage.browser.openPage(url);
    const popup = await setUpThroughPopup(this.stage.browser, page, {
      relayUrl: this.stage.relay.socketUrl,
      clientId: this.stage.clientId,
      functions: {},
    });
    await this.setCaptures(captures);
    if (this.#name === 'firefox' && captures.length > 0) await allow(popup);
    await popup.close();
    await page.activate();
    await page.reload();
    await this.stage.isServing(page.tabId);
    return page;
  }

  /** By an import, for every site there is. One function more has the tab serve also where there are no captures. */
  async setCaptures(captures: readonly Capture[]): Promise<void> {
    const options = await this.stage.browser.openOptions();
    const { sites, ...settings } = await withSites(options);
    const own = captures.map(({ name }) => ({ name, path: `capture:${name}` }));
    const functions = [{ name: 'always', path: 'encodeURIComponent' }, ...own];
    const changed = sites.map((site) => ({ ...site, captures, functions }));
    await chooseFile(options, JSON.stringify({ ...settings, sites: changed }));
    await options.control('button', 'Apply import').click();
    const names = functions.map(({ name }) => name).sort();
    await eventually(async () => {
      const { sites } = JSON.parse(await exportSettings(options)) as ExportedSettings;
      // The names as well: where no captures are wanted, there were none before either.
      const stored = sites[0]?.functions.map(({ name }) => name).sort();
      return JSON.stringify([sites[0]?.captures ?? [], stored]) === JSON.stringify([captures, names]);
    });
    await options.close();
    // Stored is not applied: a page that is loaded before is served by what was.
    await eventually(async () => {
      const served = await this.stage.servedFunctions();
      return JSON.stringify(served.map(({ name }) => name).sort()) === JSON.stringify(names);
    });
  }

  /** What a function answers, once it is in the page; anything but that it is not there fails. */
  async laterValue(fn: string, args: unknown[], more: Partial<HttpCall> = {}): Promise<unknown> {
    let answer = await this.stage.call(fn, args, more);
    const isThere = async () => {
      answer = await this.stage.call(fn, args, more);
      // A page that was loaded while its scripts were being registered anew is served once it is complete.
      return answer.ok || (answer.code !== 'function_not_found' && answer.code !== 'tab_unavailable');
    };
    await eventually(isThere).catch(() => {});
    if (!answer.ok) throw new Error(`${fn} failed with ${answer.code}: ${answer.message}`);
    return answer.value;
  }

  /** Waits until it is known of so many captures where their breakpoints belong: some are in place at once. */
  async breakpointsAreSet(page: Page, captures: number): Promise<void> {
    await this.popupSays(page, /has not come to this place yet|In place/, captures);
  }

  /** What the popup says of a tab, once it says these words so often. */
  async popupSays(page: Page, words: string | RegExp, times = 1): Promise<string> {
    const popup = await this.stage.browser.openPopup({ tabId: page.tabId, url: await page.url() });
    let text = '';
    try {
      await eventually(async () => {
        text = await textOf(popup);
        return text.split(words).length > times;
      });
    } catch {
      throw new Error(`the popup never said "${words}", but:\n${text}`);
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

/** What is stored, once a site is: the popup that has just enabled it may still be asking the browser for its permission. */
async function withSites(options: ExtensionPage): Promise<ExportedSettings> {
  return await eventually(async () => {
    const settings = JSON.parse(await exportSettings(options)) as ExportedSettings;
    return settings.sites.length > 0 && settings;
  });
}

/** Firefox asks for a click. */
async function allow(popup: ExtensionPage): Promise<void> {
  await popup.control('button', 'Allow captures').click();
  await eventually(async () => !(await popup.control('button', 'Allow captures').isThere()));
}
