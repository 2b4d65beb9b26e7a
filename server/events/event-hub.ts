import type { RelayEvent } from '../../shared/relay-event.ts';
import { SharedText } from '../flow/shared-text.ts';

/** What happens. `clients` and `dropped` are made for each watcher, by its Watch. */
export type Happening = Exclude<RelayEvent, { kind: 'clients' | 'dropped' }>;

/** Something that has happened, in a form that costs nothing to those who pass over it. */
export class Told {
  readonly kind: Happening['kind'];
  readonly #make: () => Happening;
  #event: Happening | undefined;
  #json: SharedText | undefined;

  constructor(kind: Happening['kind'], make: () => Happening) {
    this.kind = kind;
    this.#make = make;
  }

  get event(): Happening {
    this.#event ??= this.#make();
    return this.#event;
  }

  /** The event's text, made once for all. */
  get json(): SharedText {
    this.#json ??= new SharedText(JSON.stringify(this.event));
    return this.#json;
  }
}

/** Told of everything. */
export type Listener = (clientId: string, told: Told) => void;

/** Told of so many calls that nobody is told of: another node had more to tell than the bus takes. */
export type Missed = (count: number) => void;

/** Tells those who listen what happens, on this node and on the others. */
export class Events {
  readonly #listeners = new Map<Listener, Missed>();
  readonly #hereOnly = new Set<Listener>();

  /** Of all nodes. @returns what ends it. */
  listen(listener: Listener, missed: Missed): () => void {
    this.#listeners.set(listener, missed);
    return () => void this.#listeners.delete(listener);
  }

  /** Of this node alone. @returns what ends it. */
  listenHere(listener: Listener): () => void {
    this.#hereOnly.add(listener);
    return () => void this.#hereOnly.delete(listener);
  }

  /** Something has happened on this node. `make` is called where anybody wants to read it. */
  tell<Kind extends Happening['kind']>(
    clientId: string,
    kind: Kind,
    make: () => Extract<Happening, { kind: Kind }>,
  ): void {
    if (this.#listeners.size === 0 && this.#hereOnly.size === 0) return;
    const told = new Told(kind, make);
    for (const listener of this.#hereOnly) listener(clientId, told);
    for (const listener of this.#listeners.keys()) listener(clientId, told);
  }

  /** So many calls of other nodes are told to nobody. */
  missElsewhere(count: number): void {
    for (const missed of this.#listeners.values()) missed(count);
  }

  /** Something has happened on another node. */
  tellFromElsewhere(clientId: string, event: Happening): void {
    if (this.#listeners.size === 0) return;
    const told = new Told(event.kind, () => event);
    for (const listener of this.#listeners.keys()) listener(clientId, told);
  }
}
