import type { DebuggerTarget } from './debugger-api.ts';
import type { Send } from './fetch-domain.ts';
import { pageOfFrame } from './page-of-frame.ts';

/**
 * What the pages of tabs show. Each is asked once, for which of the debugger's frames it is: one that runs its other scripts takes its
 * time to answer. From then on the browser tells where it goes.
 */
export class TabPages {
  readonly #pages = new Map<number, { readonly frameId: string; readonly url: string }>();

  /** A tab's page has gone there. */
  onNavigated(tabId: number, url: string): void {
    const page = this.#pages.get(tabId);
    if (page) this.#pages.set(tabId, { ...page, url });
  }

  /** What is known of a tab whose navigations we are told of no longer. */
  forget(tabId: number): void {
    this.#pages.delete(tabId);
  }

  /** The URL of the page that a frame shows, or of the one that it is in. @throws CallError where that does not say so in time */
  async urlOf({ tabId, sessionId }: DebuggerTarget & { tabId: number }, frameId: string, send: Send): Promise<string> {
    const known = this.#pages.get(tabId);
    if (known?.frameId === frameId) return known.url;
    const { url, isPage } = await pageOfFrame(send, frameId);
    if (isPage && sessionId === undefined) this.#pages.set(tabId, { frameId, url });
    return url;
  }
}
