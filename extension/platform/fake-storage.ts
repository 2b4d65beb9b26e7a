import type { StorageArea } from './stored-item.ts';

type Listener = Parameters<StorageArea['onChanged']['addListener']>[0];

/** For tests: a storage area that copies what it is given, as a browser does. */
export class FakeStorage implements StorageArea {
  items: Record<string, unknown> = {};
  readonly #listeners = new Set<Listener>();
  readonly onChanged = {
    addListener: (listener: Listener) => void this.#listeners.add(listener),
    removeListener: (listener: Listener) => void this.#listeners.delete(listener),
  };

  async get(key: string): Promise<Record<string, unknown>> {
    return structuredClone(key in this.items ? { [key]: this.items[key] } : {});
  }

  async set(items: Record<string, unknown>): Promise<void> {
    const changes = Object.fromEntries(Object.entries(items).map(([key, newValue]) => [key, { newValue }]));
    Object.assign(this.items, structuredClone(items));
    for (const listener of this.#listeners) listener(changes);
  }

  async remove(key: string): Promise<void> {
    delete this.items[key];
    for (const listener of this.#listeners) listener({ [key]: {} });
  }
}
