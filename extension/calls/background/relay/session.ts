import * as z from 'zod/mini';
import type { KeyValueStorage } from '../../../platform/key-value-storage.ts';

const Stored = z.object({ instanceId: z.string(), replaced: z.boolean() });
type Stored = z.infer<typeof Stored>;

const KEY = 'session';

/**
 * State that survives a restart of the background but not of the browser: the instance id, and whether the
 * relay reported that another instance took over.
 */
export class Session {
  readonly #storage: KeyValueStorage;
  #stored: Stored;
  /**
   * Whether this is the first start since the browser or the extension started: open pages have no live
   * bridge then.
   */
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
