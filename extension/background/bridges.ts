import { CallError } from '../../shared/errors.ts';
import { siteMatches } from '../site-pattern.ts';
import type { ServedSite } from './function-catalog.ts';
import { type BridgePort, TabBridge } from './tab-bridge.ts';

/** A Port with what the browser says about its other end. */
export interface IncomingPort extends BridgePort {
  readonly sender?:
    | {
        id?: string | undefined;
        url?: string | undefined;
        frameId?: number | undefined;
        tab?: { id?: number | undefined } | undefined;
      }
    | undefined;
  readonly onMessage: { addListener(listener: (message: unknown) => void): void };
  readonly onDisconnect: { addListener(listener: () => void): void };
}

export interface BridgesDeps {
  extensionId: string;
  tabExists(tabId: number): Promise<boolean>;
  /** Tabs have come, gone or changed their URL. */
  onChange(): void;
}

/** How long the browser may take from the end of a page to saying that its tab was closed. */
const CLOSING_MS = 100;

/** The live bridges, one a tab: the newest page's. They are kept from the first moment and sorted once the settings are known. */
export class Bridges {
  readonly #deps: BridgesDeps;
  readonly #byTab = new Map<number, TabBridge>();
  /** Those whose Port has ended, until it is known whether their tab is closed or only their page left. */
  readonly #ended = new Set<TabBridge>();
  #sites: readonly ServedSite[] | undefined;

  constructor(deps: BridgesDeps) {
    this.#deps = deps;
  }

  ofTab(tabId: number): TabBridge | undefined {
    return this.#byTab.get(tabId);
  }

  ofSite(site: ServedSite): TabBridge[] {
    return [...this.#byTab.values()].filter(({ sites }) => sites.has(site));
  }

  /** Takes a bridge's Port. Who it is is what the browser says, not the page. */
  accept(port: IncomingPort): void {
    const { id, url, frameId, tab } = port.sender ?? {};
    if (id !== this.#deps.extensionId || frameId !== 0 || tab?.id === undefined || url === undefined) {
      port.disconnect();
      return;
    }
    const bridge = new TabBridge(port, tab.id, url);
    port.onMessage.addListener((message) => bridge.hear(message));
    port.onDisconnect.addListener(() => void this.#lost(bridge));
    this.#replace(tab.id);
    this.#byTab.set(tab.id, bridge);
    this.#sort(bridge, url);
    this.#deps.onChange();
  }

  /** From now on these sites are served; bridges of other pages go. */
  serve(sites: readonly ServedSite[]): void {
    this.#sites = sites;
    for (const bridge of [...this.#byTab.values()]) this.#sort(bridge, bridge.url);
    this.#deps.onChange();
  }

  tabMoved(tabId: number, url: string): void {
    const bridge = this.#byTab.get(tabId);
    if (!bridge) return;
    bridge.movedTo(url);
    this.#deps.onChange();
  }

  tabClosed(tabId: number): void {
    for (const bridge of this.#ended) if (bridge.tabId === tabId) bridge.lose(tabClosed(tabId));
    const bridge = this.#byTab.get(tabId);
    if (!bridge) return;
    this.#byTab.delete(tabId);
    bridge.lose(tabClosed(tabId));
    this.#deps.onChange();
  }

  #sort(bridge: TabBridge, url: string): void {
    if (!this.#sites) return;
    bridge.sites = new Set(this.#sites.filter(({ pattern }) => siteMatches(pattern, url)));
    if (bridge.sites.size > 0) return;
    this.#byTab.delete(bridge.tabId);
    bridge.retire();
    bridge.lose(new CallError('tab_unavailable', `The site of tab ${bridge.tabId} is no longer enabled`));
  }

  /** A newer page is in the tab; or a second pair was injected into the same page, where the older one has to go. */
  #replace(tabId: number): void {
    for (const bridge of this.#ended) if (bridge.tabId === tabId) bridge.lose(pageUnloaded(tabId));
    const before = this.#byTab.get(tabId);
    before?.retire();
    before?.lose(pageUnloaded(tabId));
  }

  async #lost(bridge: TabBridge): Promise<void> {
    const { tabId } = bridge;
    const wasServing = this.#byTab.get(tabId) === bridge;
    if (wasServing) this.#byTab.delete(tabId);
    this.#ended.add(bridge);
    const tabExists = await this.#deps.tabExists(tabId);
    // Not before: where it is this background that is being stopped, Firefox ends its ports after its timers.
    if (wasServing) this.#deps.onChange();
    // A tab that is being closed may still be listed while its page is gone already.
    if (tabExists) await new Promise((resolve) => setTimeout(resolve, CLOSING_MS));
    else bridge.lose(tabClosed(tabId));
    this.#ended.delete(bridge);
    bridge.lose(pageUnloaded(tabId));
  }
}

function tabClosed(tabId: number): CallError {
  return new CallError('tab_closed', `Tab ${tabId} was closed during the call`);
}

function pageUnloaded(tabId: number): CallError {
  return new CallError('page_unloaded', `The page in tab ${tabId} was left or reloaded during the call`);
}
