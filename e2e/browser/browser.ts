import type { Driver, DriverTab, ExtensionPage, Page } from './driver.ts';

/** The extension API that tests call, in both browsers. */
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
 * A real browser with the extension, behind one interface for Chromium and Firefox.
 *
 * Keeps the options page open in an inactive tab to query tabs through the extension API.
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

  /** Opens a page in a new active tab. Resolves when it has loaded. */
  async openPage(url: string): Promise<Page> {
    const before = await this.#tabIds();
    const tab = await this.#driver.openTab(url);
    const tabId = (await this.#tabIds()).find((id) => !before.includes(id));
    if (tabId === undefined) throw new Error(`the browser lists no new tab for ${url}`);
    return Object.assign(tab, { tabId });
  }

  /** Opens the popup for a tab, like its "Open in a tab" button. */
  async openPopup({ tabId, url }: { tabId: number; url: string }): Promise<ExtensionPage> {
    return await this.#driver.openTab(
      this.extensionUrl(`popup/popup.html?tabId=${tabId}&url=${encodeURIComponent(url)}`),
    );
  }

  async openOptions(): Promise<ExtensionPage> {
    return await this.#driver.openTab(this.extensionUrl('options/options.html'));
  }

  /** Discards an inactive tab, as a browser does when memory is short. */
  async discard(tabId: number): Promise<void> {
    const console = await this.#openConsole();
    await console.evaluate((tabId) => chrome.tabs.discard(tabId), tabId);
  }

  /** Reloads a discarded tab by activating it. Returns its id, which may have changed. */
  async openDiscarded(): Promise<number> {
    const console = await this.#openConsole();
    const tabId = await console.evaluate(async () => {
      const [tab] = await chrome.tabs.query({ discarded: true });
      if (tab?.id !== undefined) await chrome.tabs.update(tab.id, { active: true });
      return tab?.id;
    }, undefined);
    if (tabId === undefined) throw new Error('the browser discarded no tab');
    return tabId;
  }

  extensionUrl(path: string): string {
    return `${this.#driver.extensionOrigin}/${path}`;
  }

  /** Stops the background without notice, as the browser may at any time. */
  async killBackground(): Promise<void> {
    await this.#driver.killBackground();
  }

  /** Reloads the extension like an update: its pages close, and its scripts in open tabs are orphaned. */
  async reloadExtension(): Promise<void> {
    const console = await this.#openConsole();
    this.#console = undefined;
    // The page closes during the evaluation, which may be reported as a failure.
    await console.evaluate(() => chrome.runtime.reload(), undefined).catch(() => {});
    await this.#driver.extensionReloaded();
  }

  /** Errors of the background so far. Unknown for a detached browser. */
  async backgroundErrors(): Promise<string[]> {
    return this.#isDetached ? [] : await this.#driver.backgroundErrors();
  }

  /** Detaches the driver. The browser runs until `close`, the only method that may be called afterwards. */
  async detach(): Promise<void> {
    // An open extension page could keep the background alive.
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
