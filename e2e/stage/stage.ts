import { fileURLToPath } from 'node:url';
import type { ExportedSettings } from '../../extension/sites/settings-schema.ts';
import type { BrowserName } from '../../farm/browser-name.ts';
import type { ServedFunction } from '../../shared/protocol.ts';
import type { Browser } from '../browser/browser.ts';
import type { Page } from '../browser/driver.ts';
import { eventually } from '../browser/eventually.ts';
import { findBrowser } from '../browser/find-browser.ts';
import { borrowBrowser } from '../browser/launch-browser.ts';
import { ShopSite } from '../site/shop-site.ts';
import { borrowRelay, returnRelay } from './borrow-relay.ts';
import { callOverHttp, type HttpAnswer, type HttpCall } from './call-over-http.ts';
import type { RelayProcess } from './relay-process.ts';
import { setUpAtOnce } from './set-up-at-once.ts';
import { chooseFile, exportSettings } from './settings-transfer.ts';

export const GRANTABLE_HOSTS = ['http://127.0.0.1/*', 'https://127.0.0.1/*'];

/** The tested build of the extension. In Chromium captures need a separate build. */
export function builtExtension(name: BrowserName, { captures = false } = {}): string {
  const chrome = captures ? 'chrome-capture' : 'chrome';
  return fileURLToPath(new URL(`../../dist/${name === 'firefox' ? 'firefox' : chrome}`, import.meta.url));
}

/** A relay, a site, and a browser with the extension, not set up yet. */
export class Stage {
  readonly relay: RelayProcess;
  readonly site: ShopSite;
  readonly browser: Browser;
  /** The client ID that set-up enters. */
  readonly clientId = 'e2e client';

  private constructor(relay: RelayProcess, site: ShopSite, browser: Browser) {
    this.relay = relay;
    this.site = site;
    this.browser = browser;
  }

  static async start(
    name: BrowserName,
    { https = false, launch = borrowBrowser, captures = false } = {},
  ): Promise<Stage> {
    const executablePath = await findBrowser(name, console.log);
    const extension = builtExtension(name, { captures });
    const options = { extension, executablePath, grantableHosts: GRANTABLE_HOSTS };
    const relay = await borrowRelay();
    try {
      const site = await ShopSite.start({ https });
      return new Stage(relay, site, await launch(name, options));
    } catch (error) {
      await returnRelay(relay);
      throw error;
    }
  }

  /** Opens a page of the site, sets the extension up for it, and waits until the relay lists it. */
  async setUp(functions: Record<string, string>, path = '/lab'): Promise<Page> {
    const page = await this.browser.openPage(this.site.url(path));
    await this.enable(page, functions);
    await page.activate();
    return page;
  }

  /** The same for the site of an open page. */
  async enable(page: Page, functions: Record<string, string>): Promise<void> {
    const wanted = { relayUrl: this.relay.socketUrl, clientId: this.clientId, functions };
    await setUpAtOnce(this.browser, page, wanted, () => this.#serves(page.tabId));
  }

  /**
   * Changes the sites by an import on the options page, and waits until the relay lists them. Needs no permission, because
   * the host of the first site with all ports was granted before.
   */
  async importSites(change: (sites: ExportedSettings['sites']) => ExportedSettings['sites']): Promise<void> {
    const options = await this.browser.openOptions();
    const { sites, ...settings } = JSON.parse(await exportSettings(options)) as ExportedSettings;
    const changed = change(sites);
    await chooseFile(options, JSON.stringify({ ...settings, sites: changed }));
    await options.control('button', 'Apply import').click();
    const expected = changed.flatMap(({ functions }) => functions).length;
    await eventually(async () => (await this.servedFunctions()).length === expected);
    await options.close();
  }

  async call(fn: string, args: unknown[] = [], more: Partial<HttpCall> = {}): Promise<HttpAnswer> {
    return await callOverHttp({ relay: this.relay.url, clientId: this.clientId, fn, args, ...more });
  }

  /** Calls and returns the value. Throws for other outcomes. */
  async value(fn: string, args: unknown[] = [], more: Partial<HttpCall> = {}): Promise<unknown> {
    const answer = await this.call(fn, args, more);
    if (!answer.ok) throw new Error(`${fn} failed with ${answer.code}: ${answer.message}`);
    return answer.value;
  }

  /** Calls until the answer is `expected`, because the extension learns the active tab with a delay. A failing call throws. */
  async untilAnswered(expected: unknown, fn: string): Promise<void> {
    await eventually(async () => {
      const answer = await this.call(fn);
      return !answer.ok || answer.value === expected;
    });
    const answer = await this.value(fn);
    if (answer !== expected) throw new Error(`${fn} was answered with ${answer}, not with ${expected}`);
  }

  /** Waits until the relay lists this tab. */
  async isServing(tabId: number): Promise<void> {
    await eventually(() => this.#serves(tabId)).catch(async () => {
      const clients = JSON.stringify(await this.relay.clients(), undefined, 1);
      throw new Error(`tab ${tabId} does not serve; the relay lists ${clients}`);
    });
  }

  async #serves(tabId: number): Promise<boolean> {
    return (await this.servingTabs()).includes(tabId);
  }

  /** Runs `act`, which ends the extension's connection, and waits until this tab is served by a new one. */
  async isServingAnew(tabId: number, act: () => Promise<void>): Promise<void> {
    const before = await this.#connectedAt();
    await act();
    // The relay may notice the end of the old connection later.
    await eventually(async () => {
      const now = await this.#connectedAt();
      return now !== undefined && now !== before;
    });
    await this.isServing(tabId);
  }

  async #connectedAt(): Promise<string | undefined> {
    const clients = await this.relay.clients();
    return clients.find(({ clientId }) => clientId === this.clientId)?.connectedAt;
  }

  /** The tabs that the relay lists. */
  async servingTabs(): Promise<number[]> {
    const functions = await this.servedFunctions();
    return [...new Set(functions.flatMap(({ tabs }) => tabs.map(({ tabId }) => tabId)))];
  }

  /** The functions that the relay lists for the client ID of the set-up. */
  async servedFunctions(): Promise<ServedFunction[]> {
    const clients = await this.relay.clients();
    return clients.filter(({ clientId }) => clientId === this.clientId).flatMap(({ functions }) => functions);
  }

  /** Ends everything. Throws if the relay or the background had an unexpected error. */
  async close(): Promise<void> {
    const errors = await this.browser.backgroundErrors().finally(() => this.browser.close());
    await this.site.close();
    await returnRelay(this.relay);
    const unexpected = errors.filter((error) => !isFailedConnection(error) && !isOfClosingPage(error));
    if (unexpected.length > 0) throw new Error(`the background logged:\n${unexpected.join('\n')}`);
  }
}

/**
 * Firefox itself logs these for closed extension pages: when the extension is reloaded and the stopping background can't send
 * any more, which the extension catches, or when a popup is closed while it waits for an answer.
 */
function isOfClosingPage(error: string): boolean {
  const said = [
    'NS_ERROR_NOT_INITIALIZED',
    'JSWindowActorChild cannot send at the moment',
    'Promise resolved after context unloaded',
    'Promise rejected after context unloaded',
  ];
  return said.some((words) => error.includes(words));
}

/**
 * Browsers log each failed WebSocket. That is expected if the relay is down or the user has entered another relay.
 */
function isFailedConnection(error: string): boolean {
  return /WebSocket connection to .* failed|can.t establish a connection|interrupted while the page was loading/.test(
    error,
  );
}
