import * as z from 'zod/mini';
import { type StorageArea, StoredItem } from '../../platform/stored-item.ts';

export interface DiscardGuardDeps {
  storage: StorageArea;
  /** The tabs that currently serve. */
  serving(): readonly number[];
  setDiscardable(tabId: number, discardable: boolean): Promise<unknown>;
}

/** Long enough for a navigating page, or a restarted background, to get its bridge again. */
const GATHER_MS = 2_000;

/**
 * Tells the browser not to discard tabs that serve. The tabs are stored, so that after a restart only our
 * own requests are undone.
 */
export class DiscardGuard {
  readonly #deps: DiscardGuardDeps;
  readonly #kept: StoredItem<number[]>;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(deps: DiscardGuardDeps) {
    this.#deps = deps;
    this.#kept = new StoredItem(deps.storage, 'kept tabs', z.array(z.int()));
  }

  /** Tabs started or stopped serving. */
  changed(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#update();
    }, GATHER_MS);
  }

  async #update(): Promise<void> {
    const { serving, setDiscardable } = this.#deps;
    const wanted = [...serving()];
    const kept = (await this.#kept.get()) ?? [];
    const added = wanted.filter((id) => !kept.includes(id));
    const dropped = kept.filter((id) => !wanted.includes(id));
    if (added.length + dropped.length === 0) return;
    await this.#kept.set(wanted);
    const asked = [...added.map((id) => setDiscardable(id, false)), ...dropped.map((id) => setDiscardable(id, true))];
    // Rejects if the tab is gone, or the browser does not support this.
    await Promise.allSettled(asked);
  }
}
