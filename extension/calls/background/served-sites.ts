import type { OpenTab, OpenTabs } from '../../sites/background/open-tabs.ts';
import type { PageScripts } from '../../sites/background/page-scripts.ts';
import type { Settings } from '../../sites/settings-schema.ts';
import { formatSitePattern, type SitePattern } from '../../sites/site-pattern.ts';
import type { Bridges } from './bridges.ts';
import { FunctionCatalog } from './function-catalog.ts';
import type { LoadingPages } from './loading-pages.ts';
import { waitForBridges } from './wait-for-bridges.ts';

export interface ServedSitesDeps {
  bridges: Bridges;
  loadingPages: Pick<LoadingPages, 'expect' | 'gone'>;
  openTabs: OpenTabs;
  pageScripts: PageScripts;
}

/** The sites that are served: enabled by the user and permitted by the browser. Keeps scripts, bridges and catalog in step. */
export class ServedSites {
  readonly #deps: ServedSitesDeps;
  #catalog: FunctionCatalog;
  /** The sites whose frames in open pages have been reached. */
  #injectedSites: ReadonlySet<string> = new Set();
  /** One change at a time; each starts from what the one before left. */
  #turn: Promise<void> = Promise.resolve();

  constructor(settings: Settings, deps: ServedSitesDeps) {
    this.#deps = deps;
    this.#catalog = new FunctionCatalog(settings);
  }

  get catalog(): FunctionCatalog {
    return this.#catalog;
  }

  /** Serves what these settings say. Where a site is permitted anew, this is called again with the same settings. */
  apply(settings: Settings): Promise<void> {
    return this.#inTurn(async () => {
      const { bridges, openTabs, pageScripts } = this.#deps;
      const catalog = new FunctionCatalog(settings);
      const permitted = new Set(await openTabs.permitted(catalog.sites.map(({ pattern }) => pattern)));
      const sites = catalog.sites.filter(({ pattern }) => permitted.has(pattern));
      await pageScripts.register([...permitted]);
      // Together: a call in between would find functions of one settings and bridges of another.
      this.#catalog = catalog;
      bridges.serve(sites);
    });
  }

  /**
   * Brings the scripts into open pages that have no bridge, and where a site is served anew into every page that may have a
   * frame of it: they were open before their site was enabled, or an older life of this extension served them.
   */
  injectOpenTabs(): Promise<void> {
    return this.#inTurn(async () => {
      const missing = await this.#expectBridges();
      await this.#injectFrames(idsOf(missing));
      // A page that is still loading may be about to start with its registered scripts.
      const [loading, loaded] = partition(missing, ({ status }) => status === 'loading');
      await this.#inject(loaded);
      if (loading.length === 0) return;
      await waitForBridges(this.#deps.bridges, idsOf(loading));
      await this.#inject(await this.#tabsWithoutBridge());
    });
  }

  /** Waits a moment for the bridges of the open pages; see bridgesBack. */
  async bridgesReady(): Promise<void> {
    await this.#turn;
    await waitForBridges(this.#deps.bridges, idsOf(await this.#expectBridges()));
  }

  /**
   * Where a site is served anew, any other page may have a frame of it. Firefox lets us into the frame; Chromium only where it
   * lets us into the page as well, else the page has to be loaded anew.
   */
  async #injectFrames(except: readonly number[]): Promise<void> {
    const permitted = (await this.#permitted()).map(formatSitePattern);
    const isReached = permitted.every((pattern) => this.#injectedSites.has(pattern));
    this.#injectedSites = new Set(permitted);
    if (isReached) return;
    for (const { id, discarded } of await this.#deps.openTabs.all()) {
      if (id !== undefined && !discarded && !except.includes(id)) void this.#deps.pageScripts.inject(id);
    }
  }

  #permitted(): Promise<SitePattern[]> {
    return this.#deps.openTabs.permitted(this.#catalog.sites.map(({ pattern }) => pattern));
  }

  async #tabsWithoutBridge(): Promise<(OpenTab & { id: number })[]> {
    const { bridges, openTabs } = this.#deps;
    const tabs = await openTabs.ofSites(await this.#permitted());
    return tabs.filter(({ id }) => !bridges.ofPage(id));
  }

  /** Calls that come for these tabs from now on wait for their bridges. */
  async #expectBridges(): Promise<(OpenTab & { id: number })[]> {
    const tabs = await this.#tabsWithoutBridge();
    for (const tab of tabs) this.#deps.loadingPages.expect(tab);
    return tabs;
  }

  async #inject(tabs: readonly { id: number }[]): Promise<void> {
    // Not awaited: a frozen page takes its scripts when it wakes.
    const { bridges, loadingPages, pageScripts } = this.#deps;
    for (const { id } of tabs) void pageScripts.inject(id).then((isLetIn) => isLetIn || loadingPages.gone(id));
    await waitForBridges(bridges, idsOf(tabs));
  }

  #inTurn(run: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(run);
    this.#turn = turn.catch((error) => console.error('The sites could not be brought up to date.', error));
    return turn;
  }
}

function idsOf(tabs: readonly { id: number }[]): number[] {
  return tabs.map(({ id }) => id);
}

function partition<Item>(items: readonly Item[], belongs: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(belongs), items.filter((item) => !belongs(item))];
}
