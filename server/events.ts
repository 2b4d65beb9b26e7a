import type { RelayEvent } from '../shared/protocol.ts';

/** What happens. `clients` and `dropped` are made for each watcher, by its Watch. */
export type Happening = Exclude<RelayEvent, { kind: 'clients' | 'dropped' }>;

/** Something that has happened, in a form that costs nothing to those who pass over it. */
export class Told {
  readonly kind: Happening['kind'];
  readonly #make: () => Happening;
  #json: string | undefined;

  constructor(kind: Happening['kind'], make: () => Happening) {
    this.kind = kind;
    this.#make = make;
  }

  /** The event's text, made once for all. */
  get json(): string {
    this.#json ??= JSON.stringify(this.#make());
    return this.#json;
  }
}

/** Told of everything. */
export type Listener = (clientId: string, told: Told) => void;

/** Tells those who listen what happens on this node. */
export class Events {
  readonly #listeners = new Set<Listener>();

  /** @returns what ends it. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** `make` is called where anybody wants to read it. */
  tell<Kind extends Happening['kind']>(
    clientId: string,
    kind: Kind,
    make: () => Extract<Happening, { kind: Kind }>,
  ): void {
    if (this.#listeners.size === 0) return;
    const told = new Told(kind, make);
    for (const listener of this.#listeners) listener(clientId, told);
  }
}
