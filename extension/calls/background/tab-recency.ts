/** A tab at the start of the background. */
export interface TabSnapshot {
  id?: number | undefined;
  windowId?: number | undefined;
  active: boolean;
  lastAccessed?: number | undefined;
}

/**
 * Chooses the tab that a person would mean: the active one of the last used window, then of other windows,
 * then the last used. Updated by events, so that no call has to ask the browser.
 */
export class TabRecency {
  readonly #usedAt = new Map<number, number>();
  readonly #activeInWindow = new Map<number, number>();
  #clock = 0;

  /** Sets the initial tabs; what events have reported already is newer. */
  start(tabs: readonly TabSnapshot[], focusedWindow: number | undefined): void {
    const byAge = [...tabs].sort((a, b) => (a.lastAccessed ?? 0) - (b.lastAccessed ?? 0));
    const known = new Map(this.#usedAt);
    for (const { id } of byAge) if (id !== undefined) this.#touch(id);
    for (const { id, windowId, active } of byAge) {
      if (active && id !== undefined && windowId !== undefined && !this.#activeInWindow.has(windowId))
        this.#activeInWindow.set(windowId, id);
    }
    if (focusedWindow !== undefined) this.windowFocused(focusedWindow);
    for (const id of known.keys()) this.#touch(id);
  }

  tabActivated(tabId: number, windowId: number): void {
    this.#activeInWindow.set(windowId, tabId);
    this.#touch(tabId);
  }

  windowFocused(windowId: number): void {
    const active = this.#activeInWindow.get(windowId);
    if (active !== undefined) this.#touch(active);
  }

  tabClosed(tabId: number): void {
    this.#usedAt.delete(tabId);
    for (const [windowId, active] of this.#activeInWindow) {
      if (active === tabId) this.#activeInWindow.delete(windowId);
    }
  }

  /** The tab a person would mean; undefined if there are none. */
  choose<Tab extends { readonly tabId: number }>(tabs: readonly Tab[]): Tab | undefined {
    if (tabs.length < 2) return tabs[0];
    const active = new Set(this.#activeInWindow.values());
    const rank = ({ tabId }: Tab) => (this.#usedAt.get(tabId) ?? 0) + (active.has(tabId) ? this.#clock + 1 : 0);
    return tabs.reduce((best, tab) => (rank(tab) > rank(best) ? tab : best));
  }

  #touch(tabId: number): void {
    this.#usedAt.set(tabId, ++this.#clock);
  }
}
