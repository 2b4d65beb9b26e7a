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

/**
 * The served sites: enabled by the user and permitted by the browser. Keeps content scripts, bridges and
 * the catalog consistent.
 */
export class ServedSites {
  readonly #deps: ServedSitesDeps;
  #catalog: FunctionCatalog;
  /** The sites whose frames in open pages have been injected. */
  #injectedSites: ReadonlySet<string> = new Set();
  /** Changes are applied one at a time. */
  #turn: Promise<void> = Promise.resolve();

  constructor(settings: Settings, deps: ServedSitesDeps) {
    this.#deps = deps;
    this.#catalog = new FunctionCatalog(settings);
  }

  get catalog(): FunctionCatalog {
    return this.#catalog;
  }

  /** Applies settings. Called again with the same settings when a permission is granted. */
  apply(settings: Settings): Promise<void> {
    return this.#inTurn(async () => {
      const { bridges, openTabs, pageScripts } = this.#deps;
      const catalog = new FunctionCatalog(settings);
      const permitted = new Set(await openTabs.permitted(catalog.sites.map(({ pattern }) => pattern)));
      const sites = catalog.sites.filter(({ pattern }) => permitted.has(pattern));
      await pageScripts.register([...permitted]);
      // Both at once: a call in between would mix old functions with new bridges.
      this.#catalog = catalog;
      bridges.serve(sites);
    });
  }

  /**
   * Injects the scripts into open pages without a bridge. For newly served sites, injects them into every
   * page that may contain a frame of the site.
   */
  injectOpenTabs(): Promise<void> {
    return this.#inTurn(async () => {
      const missing = await this.#expectBridges();
      await this.#injectFrames(idsOf(missing));
      // A loading page may be about to start with its registered scripts.
      const [loading, loaded] = partition(missing, ({ status }) => status === 'loading');
      await this.#inject(loaded);
      if (loading.length === 0) return;
      await waitForBridges(this.#deps.bridges, idsOf(loading));
      await this.#inject(await this.#tabsWithoutBridge());
    });
  }

  /** Waits a moment for the bridges of open pages; see waitForBridges. */
  async bridgesReady(): Promise<void> {
    await this.#turn;
    await waitForBridges(this.#deps.bridges, idsOf(await this.#expectBridges()));
  }

  /**
   * For a newly served site any other page may contain a frame of it. Firefox lets us inject into the
   * frame; Chromium only with access to the page as well, otherwise the page must be reloaded.
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

  /** From now on calls for these tabs wait for their bridges. */
  async #expectBridges(): Promise<(OpenTab & { id: number })[]> {
    const tabs = await this.#tabsWithoutBridge();
    for (const tab of tabs) this.#deps.loadingPages.expect(tab);
    return tabs;
  }

  async #inject(tabs: readonly { id: number }[]): Promise<void> {
    // Not awaited: a frozen page runs its scripts when it wakes.
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
