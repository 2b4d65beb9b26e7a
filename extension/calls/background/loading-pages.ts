import type { OpenTab } from '../../sites/background/open-tabs.ts';
import { publicUrl } from '../../sites/background/public-url.ts';
import { siteMatches } from '../../sites/site-pattern.ts';
import type { ServedSite } from './function-catalog.ts';

/** A tab whose page is expected to get a bridge. */
export interface LoadingPage {
  readonly tabId: number;
  /** The loading page's URL; the previous page's until the browser reports it. */
  readonly url: string;
  /** Whether it started loading recently. Calls wait for a fresh page even if another tab could take them. */
  readonly isFresh: boolean;
  /** Whether a frame is loading, not the tab's page. */
  readonly isFrame?: boolean;
}

export interface LoadingPagesDeps {
  /** Undefined if there is no such tab. */
  tab(tabId: number): Promise<OpenTab | undefined>;
  hasBridge(tabId: number): boolean;
  /** Whether pages of this URL get a bridge. */
  isServed(url: string): boolean;
  /** Injects the scripts into a page that did not get them at its start. False if the browser refuses. */
  inject(tabId: number): Promise<boolean>;
  onChange(): void;
}

/** How long after its load a page without a bridge is given up. */
const LOADED_MS = 1_500;
const FRESH_MS = 2_000;

type Timer = ReturnType<typeof setTimeout>;

interface Entry extends LoadingPage {
  readonly fresh: Timer | undefined;
  /** Started when the load ended. */
  readonly end: Timer | undefined;
}

/**
 * Tabs that are loading: absent → loading → loaded → absent. A tab is loading from when its page went away,
 * or the browser reports that a served page loads in it, until that page has its bridge. A page that
 * finishes loading without a bridge is given up soon.
 */
export class LoadingPages {
  readonly #deps: LoadingPagesDeps;
  readonly #entries = new Map<number, Entry>();

  constructor(deps: LoadingPagesDeps) {
    this.#deps = deps;
  }

  ofSite({ pattern }: ServedSite): LoadingPage[] {
    return [...this.#entries.values()].filter(({ url }) => siteMatches(pattern, url));
  }

  /** A tab's page went away and another may follow. The caller reports the change. */
  left(tabId: number, url: string): void {
    this.#keep(tabId, url);
    void this.#look(tabId);
  }

  /**
   * The last frame of a site in another site's page went away, and another may follow. Browsers don't
   * report loads of frames, so it is treated like a page that has loaded.
   */
  frameLeft(tabId: number, url: string): void {
    this.#keep(tabId, url, true);
    this.#startEnd(tabId);
  }

  /** A page or frame has its bridge. The caller reports the change. */
  arrived(tabId: number, { isPage }: { isPage: boolean }): void {
    if (isPage || this.#entries.get(tabId)?.isFrame) this.#forget(tabId);
  }

  /** An open tab has no bridge and is about to get one without a reload. */
  expect({ id, url, status }: OpenTab): void {
    if (id === undefined || url === undefined || this.#entries.has(id)) return;
    this.#keep(id, url);
    if (status !== 'loading') this.#startEnd(id);
    this.#deps.onChange();
  }

  /** The browser reports a changed tab. */
  updated(tab: OpenTab): void {
    const { id, url, status, discarded } = tab;
    if (id === undefined) return;
    const before = this.#entries.get(id);
    const isComing = !discarded && url !== undefined && this.#deps.isServed(url) && !this.#deps.hasBridge(id);
    if (!isComing && before?.isFrame && !discarded) return;
    if (!isComing) this.gone(id);
    else if (status === 'loading') this.#loading(id, url, before);
    else if (before && (before.end === undefined || before.isFrame)) this.#loaded(id, url);
  }

  /** The tab was closed, or its page will not get a bridge. */
  gone(tabId: number): void {
    if (this.#forget(tabId)) this.#deps.onChange();
  }

  #loading(tabId: number, url: string, before: Entry | undefined): void {
    if (before?.url === publicUrl(url) && before.end === undefined) return;
    this.#keep(tabId, url);
    this.#deps.onChange();
  }

  /** A page that opened before its site was registered, or lost its bridge, gets one now. */
  #loaded(tabId: number, url: string): void {
    this.#keep(tabId, url);
    this.#startEnd(tabId);
    this.#deps.onChange();
    void this.#inject(tabId);
  }

  async #inject(tabId: number): Promise<void> {
    const entry = this.#entries.get(tabId);
    const isLetIn = await this.#deps.inject(tabId);
    if (!isLetIn && entry?.end !== undefined && this.#entries.get(tabId) === entry) this.gone(tabId);
  }

  async #look(tabId: number): Promise<void> {
    const tab = await this.#deps.tab(tabId);
    if (!this.#entries.has(tabId)) return;
    if (tab) this.updated(tab);
    else this.gone(tabId);
  }

  #keep(tabId: number, url: string, isFrame = false): void {
    const before = this.#entries.get(tabId);
    clearTimeout(before?.end);
    const entry = before ?? { isFresh: true, fresh: setTimeout(() => this.#age(tabId), FRESH_MS) };
    this.#entries.set(tabId, { ...entry, tabId, url: publicUrl(url), isFrame, end: undefined });
  }

  #startEnd(tabId: number): void {
    const entry = this.#entries.get(tabId);
    if (entry) this.#entries.set(tabId, { ...entry, end: setTimeout(() => this.gone(tabId), LOADED_MS) });
  }

  #age(tabId: number): void {
    const entry = this.#entries.get(tabId);
    if (!entry) return;
    this.#entries.set(tabId, { ...entry, isFresh: false, fresh: undefined });
    this.#deps.onChange();
  }

  #forget(tabId: number): boolean {
    const entry = this.#entries.get(tabId);
    clearTimeout(entry?.fresh);
    clearTimeout(entry?.end);
    return this.#entries.delete(tabId);
  }
}
