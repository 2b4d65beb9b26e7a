/**
 * Which frames with captures have been seen in tabs whose own page may have none. They are remembered while the tab shows pages of
 * the same origin: there they are most likely seen again.
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

  /** The tab shows another page. */
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
