import type { Bridges, IncomingPort } from '../../calls/background/bridges.ts';
import type { ScriptFrame } from '../../captures/background/script-sources.ts';
import { FinderRequest, type ToFinder } from '../search-messages.ts';
import { SearchedFrame, type SearchPort } from './searched-frame.ts';
import { TabSearch } from './tab-search.ts';

/** A Port of a finder view; its name contains the tab id. */
export interface FinderPort {
  readonly name: string;
  postMessage(message: ToFinder): void;
  readonly onMessage: { addListener(listener: (message: unknown) => void): void };
  readonly onDisconnect: { addListener(listener: () => void): void };
}

/**
 * A frame that has just connected has not run its scripts yet, so wait for its load. A page that never
 * finishes loading must be searched at once.
 */
export type WhenSearched = 'now' | 'once-loaded';

export interface SearchesDeps {
  extensionId: string;
  bridges: Bridges;
  /** Injects the finder's scripts into a frame; rejects if it is gone. */
  inject(tabId: number, frameId: number, when: WhenSearched): Promise<unknown>;
  /** Returns those of these scripts that are ES modules with exports. */
  exportingModules(urls: readonly string[], frame: ScriptFrame): Promise<string[]>;
  /** Why a tab can't be searched, for people. */
  explainTab(tabId: number): Promise<string>;
}

const FINDER = /^finder (\d+)$/;

/** The searches of all tabs, and their viewers. A search runs in its page; this keeps its latest view. */
export class Searches {
  readonly #deps: SearchesDeps;
  readonly #byTab = new Map<number, TabSearch>();

  constructor(deps: SearchesDeps) {
    this.#deps = deps;
  }

  /** Accepts the Port of a frame's search bridge. */
  accept(port: IncomingPort & SearchPort): void {
    const { id, frameId, tab } = port.sender ?? {};
    if (id !== this.#deps.extensionId || tab?.id === undefined || frameId === undefined) {
      port.disconnect();
      return;
    }
    const search = this.#ofTab(tab.id);
    const place = { tabId: tab.id, frameId };
    const frame = new SearchedFrame(port, frameId, (urls) => this.#deps.exportingModules(urls, place));
    port.onMessage.addListener((message) => search.onMessage(frame, message));
    port.onDisconnect.addListener(() => search.onDisconnect(frame));
    search.add(frame);
  }

  /** Accepts the Port of a finder view; false if it is another Port. */
  addViewer(port: FinderPort): boolean {
    const tabId = FINDER.exec(port.name)?.[1];
    if (tabId === undefined) return false;
    const search = this.#ofTab(Number(tabId));
    port.onMessage.addListener((message) => {
      const { data: request } = FinderRequest.safeParse(message);
      if (request) void search.onRequest(request, port);
    });
    port.onDisconnect.addListener(() => search.removeViewer(port));
    search.addViewer(port);
    return true;
  }

  /** A frame of the tab has its bridge. */
  async onBridge(tabId: number, frameId: number): Promise<void> {
    await this.#byTab.get(tabId)?.onBridge(frameId);
  }

  /** The tab was closed or replaced. */
  tabGone(tabId: number): void {
    this.#byTab.get(tabId)?.tabGone();
    this.#byTab.delete(tabId);
  }

  #ofTab(tabId: number): TabSearch {
    const search = this.#byTab.get(tabId) ?? new TabSearch(tabId, this.#deps);
    this.#byTab.set(tabId, search);
    return search;
  }
}
