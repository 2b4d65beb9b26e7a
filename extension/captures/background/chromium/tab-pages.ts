import type { DebuggerTarget } from './debugger-api.ts';
import type { Send } from './fetch-domain.ts';
import { pageOfFrame } from './page-of-frame.ts';

/**
 * The main frame and URL of each tab. The page is asked once, because a busy page answers late; later URLs
 * come from navigation events.
 */
export class TabPages {
  readonly #pages = new Map<number, { readonly frameId: string; readonly url: string }>();

  /** A tab has navigated to this URL. */
  onNavigated(tabId: number, url: string): void {
    const page = this.#pages.get(tabId);
    if (page) this.#pages.set(tabId, { ...page, url });
  }

  /** Forgets a tab whose navigations are no longer reported. */
  forget(tabId: number): void {
    this.#pages.delete(tabId);
  }

  /** The URL of the frame, or of its page. @throws CallError `timeout` */
  async urlOf({ tabId, sessionId }: DebuggerTarget & { tabId: number }, frameId: string, send: Send): Promise<string> {
    const known = this.#pages.get(tabId);
    if (known?.frameId === frameId) return known.url;
    const { url, isPage } = await pageOfFrame(send, frameId);
    if (isPage && sessionId === undefined) this.#pages.set(tabId, { frameId, url });
    return url;
  }
}
