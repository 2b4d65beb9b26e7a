import type { StoredItem } from '../../../platform/stored-item.ts';
import type { Interceptor, KnownTab } from '../captures.ts';
import { AttachedTab, type AttachedTabDeps } from './attached-tab.ts';

export interface DebuggerSessionsDeps extends Omit<AttachedTabDeps, 'isStopped' | 'devtoolsOpen'> {
  /** Whether the user cancelled debugging in the browser's bar. Loaded once, when the background starts. */
  stopped: Pick<StoredItem<boolean>, 'get' | 'set'>;
}

/**
 * Chromium: intercepts scripts with the debugger's Fetch domain. The Debugger domain, which pages can
 * detect, stays off unless the user agreed to a breakpoint.
 */
export class DebuggerSessions implements Interceptor {
  readonly hasBreakpoints = true;
  readonly #deps: AttachedTabDeps & Pick<DebuggerSessionsDeps, 'stopped'>;
  readonly #tabs = new Map<number, AttachedTab>();
  #stopped: Promise<boolean> | undefined;

  constructor(deps: DebuggerSessionsDeps) {
    this.#deps = { ...deps, isStopped: () => this.isStopped(), devtoolsOpen: () => this.devtoolsOpen() };
  }

  tab(tabId: number): AttachedTab {
    const tab = this.#tabs.get(tabId) ?? new AttachedTab(tabId, this.#deps);
    this.#tabs.set(tabId, tab);
    return tab;
  }

  /** The tab was closed or replaced. */
  tabGone(tabId: number): void {
    this.#tabs.delete(tabId);
  }

  async obstacle(): Promise<undefined> {}

  isStopped(): Promise<boolean> {
    this.#stopped ??= this.#deps.stopped.get().then((stopped) => stopped === true);
    return this.#stopped;
  }

  /** The user resumed captures. */
  async resume(): Promise<void> {
    this.#stopped = Promise.resolve(false);
    await this.#deps.stopped.set(false);
  }

  /**
   * Attaches the debugger to these tabs and detaches it from all others. Also called when captures change.
   */
  async syncTabs(tabs: readonly KnownTab[]): Promise<void> {
    const ids = new Set(tabs.map(({ id }) => id));
    const gone = [...this.#tabs.values()].filter(({ id, isIdle }) => isIdle && !ids.has(id));
    await Promise.all([...gone.map((tab) => tab.detach()), ...tabs.map((tab) => this.#syncTab(tab))]);
  }

  async #syncTab({ id, url, status }: KnownTab): Promise<void> {
    const tab = this.tab(id);
    if (url === undefined) await tab.detach();
    else await tab.onNavigating(url);
    if (status === 'complete') await tab.onLoaded();
  }

  /** Whether developer tools are open for any tab. */
  async devtoolsOpen(): Promise<boolean> {
    return (await this.#deps.api.getTargets()).some(({ url }) => url.startsWith('devtools:'));
  }

  /**
   * The browser detached the debugger: the tab was closed, or the user cancelled debugging in the browser's
   * bar.
   */
  async onDetached(tabId: number, reason: string): Promise<void> {
    this.tabGone(tabId);
    if (reason !== 'canceled_by_user') return;
    this.#stopped = Promise.resolve(true);
    await this.#deps.stopped.set(true);
    await this.syncTabs([]);
  }
}
