import { CallError } from '../../../shared/errors.ts';
import { setPunctualTimeout } from '../../../shared/punctual-timeout.ts';
import { siteMatches, siteOfUrl } from '../../sites/site-pattern.ts';
import { type BridgePort, FrameBridge } from './frame-bridge.ts';
import type { ServedSite } from './function-catalog.ts';

/** A Port with the sender that the browser reports. */
export interface IncomingPort extends BridgePort {
  readonly sender?:
    | {
        id?: string | undefined;
        url?: string | undefined;
        /** The document's origin; for about:blank, srcdoc and blob: frames, the origin of the creator. */
        origin?: string | undefined;
        frameId?: number | undefined;
        /** Chromium alone. */
        documentLifecycle?: string | undefined;
        tab?: { id?: number | undefined } | undefined;
      }
    | undefined;
  readonly onMessage: { addListener(listener: (message: unknown) => void): void };
  readonly onDisconnect: { addListener(listener: () => void): void };
}

export interface BridgesDeps {
  extensionId: string;
  tabExists(tabId: number): Promise<boolean>;
  /** Called when bridges were added or removed, or their URL changed. */
  onChange(): void;
  /** Called when a bridge disconnected because its document was left, not when its tab was closed. */
  onDisconnected?(bridge: FrameBridge): void;
  /** Called when a bridge connected, whether or not its site is served. */
  onConnected?(bridge: FrameBridge): void;
  /** Called when a bridge starts to serve its sites. */
  onServing?(bridge: FrameBridge): void;
}

/** A tab that serves a site by its page or by a frame. */
export interface ServingTab {
  readonly tabId: number;
  /** The page's URL if it belongs to the site; otherwise the first such frame's. */
  readonly url: string;
  /** All frames of the site, the page first. */
  readonly frames: readonly [FrameBridge, ...FrameBridge[]];
}

/** Longest time between the end of a document and the event that its tab was closed or replaced. */
const CLOSING_MS = 100;

/**
 * The connected bridges, one per frame. Bridges are accepted before the settings are loaded, and matched to
 * sites afterwards.
 */
export class Bridges {
  readonly #deps: BridgesDeps;
  readonly #byTab = new Map<number, Map<number, FrameBridge>>();
  /** Disconnected bridges, until it is known whether the tab was closed or the document was left. */
  readonly #ended = new Set<FrameBridge>();
  /** Cache of `ofSite`, cleared at each change: every call asks. */
  readonly #bySite = new Map<ServedSite, readonly ServingTab[]>();
  #sites: readonly ServedSite[] | undefined;

  constructor(deps: BridgesDeps) {
    this.#deps = deps;
  }

  /** The bridge of a tab's own page. */
  ofPage(tabId: number): FrameBridge | undefined {
    return this.#byTab.get(tabId)?.get(0);
  }

  /** The bridges of a tab, the page's first. */
  ofTab(tabId: number): FrameBridge[] {
    return [...(this.#byTab.get(tabId)?.values() ?? [])].sort(pageFirst);
  }

  get tabIds(): number[] {
    return [...this.#byTab.keys()];
  }

  ofSite(site: ServedSite): readonly ServingTab[] {
    const known = this.#bySite.get(site);
    if (known) return known;
    const tabs = [...this.#byTab.keys()].flatMap((tabId) => this.#serving(tabId, site) ?? []);
    this.#bySite.set(site, tabs);
    return tabs;
  }

  /** Whether pages of this URL belong to a site that is served. */
  serves(url: string): boolean {
    return this.#sites?.some(({ pattern }) => siteMatches(pattern, url)) ?? false;
  }

  has(bridge: FrameBridge): boolean {
    return this.#byTab.get(bridge.tabId)?.get(bridge.frameId) === bridge;
  }

  /** Accepts a bridge's Port. Its identity comes from the browser, not from the page. */
  accept(port: IncomingPort): void {
    const bridge = this.#read(port);
    if (!bridge) {
      port.disconnect();
      return;
    }
    port.onMessage.addListener((message) => bridge.onMessage(message));
    port.onDisconnect.addListener(() => void this.#disconnected(bridge));
    this.#replace(bridge);
    this.#add(bridge);
    this.#deps.onConnected?.(bridge);
    this.#matchSites(bridge);
    this.#changed();
  }

  /** Sets the served sites. Bridges of other documents are removed. */
  serve(sites: readonly ServedSite[]): void {
    this.#sites = sites;
    for (const frames of [...this.#byTab.values()]) for (const bridge of [...frames.values()]) this.#matchSites(bridge);
    this.#changed();
  }

  /** A tab's page changed its URL without a load. */
  tabNavigated(tabId: number, url: string): void {
    const bridge = this.ofPage(tabId);
    if (!bridge) return;
    bridge.setUrl(url);
    this.#changed();
  }

  tabClosed(tabId: number): void {
    this.#tabGone(tabId, tabClosed);
  }

  /**
   * The browser replaced the tab by an unloaded one with another id; Chromium does so when it discards a
   * tab.
   */
  tabReplaced(tabId: number): void {
    this.#tabGone(tabId, pageUnloaded);
  }

  #tabGone(tabId: number, why: (bridge: FrameBridge) => CallError): void {
    for (const bridge of this.#ended) if (bridge.tabId === tabId) bridge.failAll(why(bridge));
    const frames = this.#byTab.get(tabId);
    if (!frames) return;
    this.#byTab.delete(tabId);
    for (const bridge of frames.values()) bridge.failAll(why(bridge));
    this.#changed();
  }

  #read(port: IncomingPort): FrameBridge | undefined {
    const { id, url, origin = '', frameId, tab, documentLifecycle = 'active' } = port.sender ?? {};
    if (id !== this.#deps.extensionId || tab?.id === undefined || frameId === undefined || url === undefined) return;
    // A document that is being unloaded must not replace its successor.
    if (documentLifecycle !== 'active') return;
    const isBlank = siteOfUrl(url) === undefined;
    return new FrameBridge(port, { tabId: tab.id, frameId, url: isBlank ? `${origin}/` : url, isBlank });
  }

  #serving(tabId: number, site: ServedSite): ServingTab | undefined {
    const [first, ...others] = this.ofTab(tabId).filter(({ sites }) => sites.has(site));
    return first && { tabId, url: first.url, frames: [first, ...others] };
  }

  #add(bridge: FrameBridge): void {
    const frames = this.#byTab.get(bridge.tabId) ?? new Map<number, FrameBridge>();
    this.#byTab.set(bridge.tabId, frames.set(bridge.frameId, bridge));
  }

  #remove(bridge: FrameBridge): void {
    const frames = this.#byTab.get(bridge.tabId);
    frames?.delete(bridge.frameId);
    if (frames?.size === 0) this.#byTab.delete(bridge.tabId);
    this.#bySite.clear();
  }

  #changed(): void {
    this.#bySite.clear();
    this.#deps.onChange();
  }

  #matchSites(bridge: FrameBridge): void {
    if (!this.#sites) return;
    bridge.sites = new Set(this.#sites.filter(({ pattern }) => siteMatches(pattern, bridge.url)));
    if (bridge.sites.size > 0) {
      this.#deps.onServing?.(bridge);
      return;
    }
    this.#remove(bridge);
    bridge.retire();
    bridge.failAll(new CallError('tab_unavailable', `The site of the ${bridge.name} is no longer enabled`));
  }

  /**
   * The frame has a newer document, or a second script pair was injected into the same document. The older
   * bridge goes.
   */
  #replace({ tabId, frameId }: FrameBridge): void {
    for (const bridge of this.#ended) {
      if (bridge.tabId === tabId && bridge.frameId === frameId) bridge.failAll(pageUnloaded(bridge));
    }
    const before = this.#byTab.get(tabId)?.get(frameId);
    before?.retire();
    before?.failAll(pageUnloaded(before));
  }

  async #disconnected(bridge: FrameBridge): Promise<void> {
    const wasServing = this.has(bridge);
    if (wasServing) {
      this.#remove(bridge);
      this.#deps.onDisconnected?.(bridge);
    }
    this.#ended.add(bridge);
    const tabExists = await this.#deps.tabExists(bridge.tabId);
    // Only after the await: when this background is being stopped, Firefox ends its ports after its timers.
    if (wasServing) this.#deps.onChange();
    // The events come in any order: a closing tab may still be listed, and a listed tab may have been
    // replaced.
    await new Promise<void>((resolve) => setPunctualTimeout(resolve, CLOSING_MS));
    this.#ended.delete(bridge);
    bridge.failAll(tabExists ? pageUnloaded(bridge) : tabClosed(bridge));
  }
}

function pageFirst(a: FrameBridge, b: FrameBridge): number {
  return Number(b.isPage) - Number(a.isPage);
}

function tabClosed({ tabId }: FrameBridge): CallError {
  return new CallError('tab_closed', `Tab ${tabId} was closed during the call`);
}

function pageUnloaded({ name, isPage }: FrameBridge): CallError {
  return new CallError('page_unloaded', `The ${name} was ${isPage ? '' : 'removed, '}left or reloaded during the call`);
}
