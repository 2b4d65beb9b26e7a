import * as z from 'zod/mini';
import { type StorageArea, StoredItem } from '../../../platform/stored-item.ts';

/**
 * Firefox allows 20 evictions in 10 minutes. The window is slightly longer because its clock starts later.
 */
const MAX_EVICTIONS = 20;
const EVICTION_WINDOW_MS = 601_000;

const Stored = z.object({ captures: z.string(), isUsed: z.boolean(), clearedAt: z.array(z.number()) });
type State = z.infer<typeof Stored>;

export interface MemoryCacheDeps {
  storage: StorageArea;
  /** The captures of all sites as JSON. */
  captures(): string;
  evictAll(): Promise<unknown>;
}

/**
 * Firefox's in-memory script cache (`dom.script_loader.experimental.navigation_cache`), which serves later
 * pages without a request. A rewritten script may enter it once; the cache is cleared before the next page
 * load, and when captures have changed.
 */
export class MemoryCache {
  readonly #deps: MemoryCacheDeps;
  readonly #now: () => number;
  readonly #item: StoredItem<State>;
  #state: Promise<State> | undefined;

  constructor(deps: MemoryCacheDeps, now: () => number = Date.now) {
    this.#deps = deps;
    this.#now = now;
    this.#item = new StoredItem(deps.storage, 'rendererMemory', Stored);
  }

  /** Whether a rewritten script may enter the cache: only if an eviction is still allowed. */
  async mayUse(): Promise<boolean> {
    const state = await this.#load();
    if (this.#recent(state).length >= MAX_EVICTIONS) return false;
    if (!state.isUsed) await this.#save({ ...state, isUsed: true });
    return true;
  }

  /** Called before another page loads. */
  async evictIfUsed(): Promise<void> {
    const state = await this.#load();
    const captures = this.#deps.captures();
    const recent = this.#recent(state);
    if ((!state.isUsed && state.captures === captures) || recent.length >= MAX_EVICTIONS) return;
    await this.#save({ captures, isUsed: false, clearedAt: [...recent, this.#now()] });
    await this.#deps.evictAll();
  }

  #recent({ clearedAt }: State): number[] {
    return clearedAt.filter((at) => Math.abs(this.#now() - at) < EVICTION_WINDOW_MS);
  }

  #load(): Promise<State> {
    // Unknown after the extension was reloaded: assume that the cache has rewritten scripts.
    this.#state ??= this.#item.get().then((stored) => stored ?? { captures: '', isUsed: true, clearedAt: [] });
    return this.#state;
  }

  async #save(state: State): Promise<void> {
    this.#state = Promise.resolve(state);
    await this.#item.set(state);
  }
}
