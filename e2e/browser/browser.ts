import type { Driver, DriverTab, ExtensionPage, Page } from './driver.ts';

/** What extension pages have in common in both browsers, as far as tests call it. */
interface ExtensionApi {
  tabs: {
    query(filter: { discarded?: boolean }): Promise<{ id?: number }[]>;
    discard(tabId: number): Promise<unknown>;
    update(tabId: number, change: { active: boolean }): Promise<unknown>;
  };
  runtime: { reload(): void };
}
declare const chrome: ExtensionApi;

/**
 * A real browser with the extension in it, driven the same way whichever it is.
 *
 * It keeps one extension page open (the options page, never the active tab) to ask the extension's API which tabs there are.
 */
export class Browser {
  readonly #driver: Driver;
  #console: DriverTab | undefined;
  #isDetached = false;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  get name(): string {
    return this.#driver.name;
  }

  get version(): string {
    return this.#driver.version;
  }

  /** Opens a page in a new tab, which becomes the active one; resolves when it has loaded. */
  async openPage(url: string): Promise<Page> {
    const before = await this.#tabIds();
    const tab = await this.#driver.openTab(url);
    const tabId = (await this.#tabIds()).find((id) => !before.includes(id));
    if (tabId === undefined) throw new Error(`the browser lists no new tab for ${url}`);
    return Object.assign(tab, { tabId });
  }

  /** The popup for a tab, opened the way its own "Open in a tab" button does. */
  async openPopup({ tabId, url }: { tabId: number; url: string }): Promise<ExtensionPage> {
    return await this.#driver.openTab(
      this.extensionUrl(`popup/popup.html?tabId=${tabId}&url=${encodeURIComponent(url)}`),
    );
  }

  async openOptions(): Promise<ExtensionPage> {
    return await this.#driver.openTab(this.extensionUrl('options/options.html'));
  }

  /** Unloads the page of a tab that is not active, as a browser does that is short of memory. */
  async discard(tabId: number): Promise<void> {
    const console = await this.#openConsole();
    await console.evaluate((tabId) => chrome.tabs.discard(tabId), tabId);
  }

  /** Opens what was discarded, by going to its tab; that may have another id by now, which is returned. */
  async openDiscarded(): Promise<number> {
    const console = await this.#openConsole();
    const tabId = await console.evaluate(async () => {
      const [tab] = await chrome.tabs.query({ discarded: true });
      if (tab?.id !== undefined) await chrome.tabs.update(tab.id, { active: true });
      return tab?.id;
    }, undefined);
    if (tabId === undefined) throw new Error('the browser has discarded no tab');
    return tabId;
  }

  extensionUrl(path: string): string {
    return `${this.#driver.extensionOrigin}/${path}`;
  }

  /** Stops the background as the browser may at any moment: without a word to it. */
  async killBackground(): Promise<void> {
    await this.#driver.killBackground();
  }

  /** Reloads the extension as its update would: its pages close, its scripts in open tabs are orphaned. */
  async reloadExtension(): Promise<void> {
    const console = await this.#openConsole();
    this.#console = undefined;
    // The page goes away under the evaluation, so that this may be told as a failure.
    await console.evaluate(() => chrome.runtime.reload(), undefined).catch(() => {});
    await this.#driver.extensionReloaded();
  }

  /** What the background has complained about so far; nothing can be seen of a browser that was let go of. */
  async backgroundErrors(): Promise<string[]> {
    return this.#isDetached ? [] : await this.#driver.backgroundErrors();
  }

  /** Lets go of the browser, which goes on running until `close`; nothing but `close` may be called after this. */
  async detach(): Promise<void> {
    // An open extension page might keep the background alive.
    await this.#console?.close();
    this.#console = undefined;
    this.#isDetached = true;
    await this.#driver.detach();
  }

  async close(): Promise<void> {
    await this.#driver.close();
  }

  async #tabIds(): Promise<number[]> {
    const console = await this.#openConsole();
    const ids = await console.evaluate(async () => (await chrome.tabs.query({})).map(({ id }) => id), undefined);
    return ids.filter((id) => id !== undefined);
  }

  async #openConsole(): Promise<DriverTab> {
    this.#console ??= await this.#driver.openTab(this.extensionUrl('options/options.html'));
    return this.#console;
  }
}
