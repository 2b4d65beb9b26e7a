import type { OpenTab } from '../../sites/background/open-tabs.ts';
import { publicUrl } from '../../sites/background/public-url.ts';
import { siteMatches } from '../../sites/site-pattern.ts';
import type { ServedSite } from './function-catalog.ts';

/** A tab whose page has no bridge yet, and is expected to get one. */
export interface LoadingPage {
  readonly tabId: number;
  /** Of the page that is loading; of the one before it until the browser tells. */
  readonly url: string;
  /** It has not taken long so far: calls wait for it, even where another tab could take them. */
  readonly isFresh: boolean;
  /** It is not the tab's page that is loading, but the frame by which a page of another site served. */
  readonly isFrame?: boolean;
}

export interface LoadingPagesDeps {
  /** Undefined where there is no such tab. */
  tab(tabId: number): Promise<OpenTab | undefined>;
  hasBridge(tabId: number): boolean;
  /** Whether a page of this URL gets a bridge when it loads. */
  isServed(url: string): boolean;
  /** Brings the scripts into a page that has not got them at its start. False where the browser does not let us. */
  inject(tabId: number): Promise<boolean>;
  onChange(): void;
}

/** From the end of a load without a bridge until the page is given up. With what comes before it: less than two seconds. */
const LOADED_MS = 1_500;
const FRESH_MS = 2_000;

type Timer = ReturnType<typeof setTimeout>;

interface Entry extends LoadingPage {
  readonly fresh: Timer | undefined;
  /** Runs since the load has ended. */
  readonly end: Timer | undefined;
}

/**
 * The tabs that are between two loads, or in their first one: absent → loading → loaded → absent. A tab is loading from when
 * its page has gone, or the browser says that a page of a served site loads in it, until that page has its bridge. A page whose load
 * has ended without one is given up soon.
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

  /** A tab's page has gone and may be followed by another one. Who calls this tells of the change. */
  left(tabId: number, url: string): void {
    this.#keep(tabId, url);
    void this.#look(tabId);
  }

  /**
   * The last frame of a site in a page of another has gone, and may be followed by another one. Browsers tell nothing of the loads of
   * frames: it is waited for as a page is whose load has ended.
   */
  frameLeft(tabId: number, url: string): void {
    this.#keep(tabId, url, true);
    this.#startEnd(tabId);
  }

  /** A tab's page has its bridge, whether its site is served or not; or a frame has. Who calls this tells of the change. */
  arrived(tabId: number, { isPage }: { isPage: boolean }): void {
    if (isPage || this.#entries.get(tabId)?.isFrame) this.#forget(tabId);
  }

  /** An open tab has no bridge, and is about to get one without being loaded anew. */
  expect({ id, url, status }: OpenTab): void {
    if (id === undefined || url === undefined || this.#entries.has(id)) return;
    this.#keep(id, url);
    if (status !== 'loading') this.#startEnd(id);
    this.#deps.onChange();
  }

  /** What the browser says of a tab has changed. */
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

  /** The tab has been closed, or its page will not come. */
  gone(tabId: number): void {
    if (this.#forget(tabId)) this.#deps.onChange();
  }

  #loading(tabId: number, url: string, before: Entry | undefined): void {
    if (before?.url === publicUrl(url) && before.end === undefined) return;
    this.#keep(tabId, url);
    this.#deps.onChange();
  }

  /** A page that was there before its site was registered, or that has lost its bridge, gets one now. */
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
