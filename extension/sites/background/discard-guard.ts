import * as z from 'zod/mini';
import type { KeyValueStorage } from '../../platform/key-value-storage.ts';

export interface DiscardGuardDeps {
  storage: KeyValueStorage;
  /** The tabs that serve now. */
  serving(): readonly number[];
  setDiscardable(tabId: number, discardable: boolean): Promise<unknown>;
}

const KEY = 'kept tabs';
const Kept = z.array(z.int());

/** A page that is left for another, or a background that starts anew, has its bridge again by then. */
const GATHER_MS = 2_000;

/**
 * Asks the browser not to discard tabs that serve, for want of memory, as long as they do. Which tabs it has asked for
 * outlives this background, so that it takes nothing back that somebody else has asked for.
 */
export class DiscardGuard {
  readonly #deps: DiscardGuardDeps;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(deps: DiscardGuardDeps) {
    this.#deps = deps;
  }

  /** Tabs have begun or ceased to serve. */
  changed(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#update();
    }, GATHER_MS);
  }

  async #update(): Promise<void> {
    const { storage, serving, setDiscardable } = this.#deps;
    const wanted = serving();
    const { data: kept = [] } = Kept.safeParse((await storage.get(KEY))[KEY]);
    const added = wanted.filter((id) => !kept.includes(id));
    const dropped = kept.filter((id) => !wanted.includes(id));
    if (added.length + dropped.length === 0) return;
    await storage.set({ [KEY]: wanted });
    const asked = [...added.map((id) => setDiscardable(id, false)), ...dropped.map((id) => setDiscardable(id, true))];
    // Refused where the tab has gone, or the browser knows no such wish.
    await Promise.allSettled(asked);
  }
}
