/**
 * The frames with captures that were seen in each tab. They are remembered while the tab stays on the same
 * origin, where they will probably be seen again.
 */
export class CapturedFrames {
  readonly #byTab = new Map<number, { origin: string; urls: Set<string> }>();

  add(tabId: number, pageUrl: string, url: string): void {
    this.onNavigated(tabId, pageUrl);
    const tab = this.#byTab.get(tabId) ?? { origin: originOf(pageUrl), urls: new Set() };
    this.#byTab.set(tabId, tab);
    tab.urls.add(url);
  }

  of(tabId: number): string[] {
    return [...(this.#byTab.get(tabId)?.urls ?? [])];
  }

  /** The tab has navigated to another page. */
  onNavigated(tabId: number, pageUrl: string): void {
    if (this.#byTab.get(tabId)?.origin !== originOf(pageUrl)) this.forget(tabId);
  }

  forget(tabId: number): void {
    this.#byTab.delete(tabId);
  }
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}
