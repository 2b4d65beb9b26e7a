import * as z from 'zod/mini';
import type { KeyValueStorage } from '../../../platform/key-value-storage.ts';

const Stored = z.object({ instanceId: z.string(), replaced: z.boolean() });
type Stored = z.infer<typeof Stored>;

const KEY = 'session';

/**
 * What outlives this background but not the browser: who this instance is to the relay, and whether the relay has told it
 * that another one took over.
 */
export class Session {
  readonly #storage: KeyValueStorage;
  #stored: Stored;
  /** Whether this is the first start since the browser, or this extension, was started: open pages have no live bridge then. */
  readonly isNew: boolean;

  private constructor(storage: KeyValueStorage, stored: Stored, isNew: boolean) {
    this.#storage = storage;
    this.#stored = stored;
    this.isNew = isNew;
  }

  static async open(storage: KeyValueStorage): Promise<Session> {
    const { data: stored } = Stored.safeParse((await storage.get(KEY))[KEY]);
    if (stored) return new Session(storage, stored, false);
    const fresh = { instanceId: crypto.randomUUID(), replaced: false };
    await storage.set({ [KEY]: fresh });
    return new Session(storage, fresh, true);
  }

  get instanceId(): string {
    return this.#stored.instanceId;
  }

  get replaced(): boolean {
    return this.#stored.replaced;
  }

  async setReplaced(replaced: boolean): Promise<void> {
    if (this.#stored.replaced === replaced) return;
    this.#stored = { ...this.#stored, replaced };
    await this.#storage.set({ [KEY]: this.#stored });
  }
}
