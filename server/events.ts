import type { RelayEvent } from '../shared/protocol.ts';

/** What happens. `clients` and `dropped` are made for each watcher, by its Watch. */
export type Happening = Exclude<RelayEvent, { kind: 'clients' | 'dropped' }>;

/** Told of everything. `json` is the event's text, made once for all. */
export type Listener = (clientId: string, event: Happening, json: string) => void;

/** Tells those who listen what happens on this node. */
export class Events {
  readonly #listeners = new Set<Listener>();

  /** Whether anybody listens: where nobody does, an event need not be made. */
  get isHeard(): boolean {
    return this.#listeners.size > 0;
  }

  /** @returns what ends it. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** `make` is called where anybody listens. */
  tell(clientId: string, make: () => Happening): void {
    if (!this.isHeard) return;
    const event = make();
    const json = JSON.stringify(event);
    for (const listener of this.#listeners) listener(clientId, event, json);
  }
}
