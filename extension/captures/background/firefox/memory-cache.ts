import * as z from 'zod/mini';
import type { KeyValueStorage } from '../../../platform/key-value-storage.ts';

const KEY = 'rendererMemory';
/** How often Firefox allows it; a little longer than its ten minutes, because its clock starts later. */
const MAX_EVICTIONS = 20;
const EVICTION_WINDOW_MS = 601_000;

const Stored = z.object({ captures: z.string(), isUsed: z.boolean(), clearedAt: z.array(z.number()) });
type State = z.infer<typeof Stored>;

export interface MemoryCacheDeps {
  storage: KeyValueStorage;
  /** The captures of all sites, as one text. */
  captures(): string;
  evictAll(): Promise<unknown>;
}

/**
 * The scripts that Firefox's renderers keep in memory, and hand to the next page without asking, where they do
 * (`dom.script_loader.experimental.navigation_cache`). What we have changed may get in there once, and is thrown out with all else before
 * another page is loaded; so is what got in as it was before captures were what they are.
 */
export class MemoryCache {
  readonly #deps: MemoryCacheDeps;
  readonly #now: () => number;
  #state: Promise<State> | undefined;

  constructor(deps: MemoryCacheDeps, now: () => number = Date.now) {
    this.#deps = deps;
    this.#now = now;
  }

  /** @returns whether a changed script may get in: only as long as the browser would throw it out again */
  async mayUse(): Promise<boolean> {
    const state = await this.#load();
    if (this.#recent(state).length >= MAX_EVICTIONS) return false;
    if (!state.isUsed) await this.#save({ ...state, isUsed: true });
    return true;
  }

  /** Before another page is loaded. */
  async evictIfUsed(): Promise<void> {
    const state = await this.#load();
    const captures = this.#deps.captures();
    const recent = this.#recent(state);
    if ((!state.isUsed && state.captures === captures) || recent.length >= MAX_EVICTIONS) return;
    await this.#save({ captures, isUsed: false, clearedAt: [...recent, this.#now()] });
    await this.#deps.evictAll();
  }

  #recent({ clearedAt }: State): number[] {
    return clearedAt.filter((at) => at > this.#now() - EVICTION_WINDOW_MS);
  }

  #load(): Promise<State> {
    // What an extension has left there that was reloaded since, nobody knows.
    this.#state ??= this.#deps.storage
      .get(KEY)
      .then((stored) => Stored.safeParse(stored[KEY]).data ?? { captures: '', isUsed: true, clearedAt: [] });
    return this.#state;
  }

  async #save(state: State): Promise<void> {
    this.#state = Promise.resolve(state);
    await this.#deps.storage.set({ [KEY]: state });
  }
}
