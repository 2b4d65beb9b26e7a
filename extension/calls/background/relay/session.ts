import * as z from 'zod/mini';
import { type StorageArea, StoredItem } from '../../../platform/stored-item.ts';

const Stored = z.object({ instanceId: z.string(), replaced: z.boolean() });
type Stored = z.infer<typeof Stored>;

/**
 * State that survives a restart of the background but not of the browser: the instance id, and whether the
 * relay reported that another instance took over.
 */
export class Session {
  readonly #item: StoredItem<Stored>;
  #stored: Stored;
  /**
   * Whether this is the first start since the browser or the extension started: open pages have no live
   * bridge then.
   */
  readonly isNew: boolean;

  private constructor(item: StoredItem<Stored>, stored: Stored, isNew: boolean) {
    this.#item = item;
    this.#stored = stored;
    this.isNew = isNew;
  }

  static async open(storage: StorageArea): Promise<Session> {
    const item = new StoredItem(storage, 'session', Stored);
    const fresh = { instanceId: crypto.randomUUID(), replaced: false };
    const stored = await item.getOrCreate(() => fresh);
    return new Session(item, stored, stored === fresh);
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
    await this.#item.set(this.#stored);
  }
}
