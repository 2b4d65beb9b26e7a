/** The part of a browser's storage area that is used. */
export interface StorageArea {
  get(key: string): Promise<Record<string, unknown>>;
  set(items: Record<string, unknown>): Promise<void>;
  remove(key: string): Promise<void>;
  readonly onChanged: StorageEvent;
}

type Changes = Record<string, { newValue?: unknown }>;
interface StorageEvent {
  addListener(listener: (changes: Changes) => void): void;
  removeListener(listener: (changes: Changes) => void): void;
}

/** A schema, or another reader of outside data. */
interface Reader<Value> {
  safeParse(json: unknown): { data?: Value | undefined };
}

/** One value in a storage area, read by its schema. What can't be read counts as not there. */
export class StoredItem<Value> {
  readonly #area: StorageArea;
  readonly #key: string;
  readonly #schema: Reader<Value>;

  constructor(area: StorageArea, key: string, schema: Reader<Value>) {
    this.#area = area;
    this.#key = key;
    this.#schema = schema;
  }

  async get(): Promise<Value | undefined> {
    return (await this.read()).value;
  }

  /** The value, and what is stored as it is: to salvage from it what can be read. */
  async read(): Promise<{ value: Value | undefined; stored: unknown }> {
    const stored = (await this.#area.get(this.#key))[this.#key];
    return { value: this.#schema.safeParse(stored).data, stored };
  }

  /** Stores a first value if there is none. */
  async getOrCreate(create: () => Value): Promise<Value> {
    const known = await this.get();
    if (known !== undefined) return known;
    const first = create();
    await this.set(first);
    return first;
  }

  set(value: Value): Promise<void> {
    return this.#area.set({ [this.#key]: value });
  }

  remove(): Promise<void> {
    return this.#area.remove(this.#key);
  }

  /**
   * Calls `listener` at each change; undefined if the value was removed or can't be read. Returns a function
   * that stops it.
   */
  onChange(listener: (value: Value | undefined) => void): () => void {
    const onChanged = (changes: Changes) => {
      const change = changes[this.#key];
      if (change) listener(this.#schema.safeParse(change.newValue).data);
    };
    this.#area.onChanged.addListener(onChanged);
    return () => this.#area.onChanged.removeListener(onChanged);
  }
}
