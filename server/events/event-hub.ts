import type { RelayEvent } from '../../shared/relay-event.ts';
import { SharedText } from '../flow/shared-text.ts';

/** What happens. `clients` and `dropped` are made for each watcher, by its Watch. */
export type PublishedEvent = Exclude<RelayEvent, { kind: 'clients' | 'dropped' }>;

/** Something that has happened, in a form that costs nothing to those who pass over it. */
export class LazyEvent {
  readonly kind: PublishedEvent['kind'];
  readonly #make: () => PublishedEvent;
  #event: PublishedEvent | undefined;
  #json: SharedText | undefined;

  constructor(kind: PublishedEvent['kind'], make: () => PublishedEvent) {
    this.kind = kind;
    this.#make = make;
  }

  get event(): PublishedEvent {
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
export type Listener = (clientId: string, told: LazyEvent) => void;

/** Told of so many calls that nobody is told of: another node had more to tell than the bus takes. */
export type Missed = (count: number) => void;

/** Tells those who listen what happens, on this node and on the others. */
export class EventHub {
  readonly #listeners = new Map<Listener, Missed>();
  readonly #localListeners = new Set<Listener>();

  /** Of all nodes. @returns what ends it. */
  subscribe(listener: Listener, missed: Missed): () => void {
    this.#listeners.set(listener, missed);
    return () => void this.#listeners.delete(listener);
  }

  /** Of this node alone. @returns what ends it. */
  subscribeLocal(listener: Listener): () => void {
    this.#localListeners.add(listener);
    return () => void this.#localListeners.delete(listener);
  }

  /** Something has happened on this node. `make` is called where anybody wants to read it. */
  publish<Kind extends PublishedEvent['kind']>(
    clientId: string,
    kind: Kind,
    make: () => Extract<PublishedEvent, { kind: Kind }>,
  ): void {
    if (this.#listeners.size === 0 && this.#localListeners.size === 0) return;
    const told = new LazyEvent(kind, make);
    for (const listener of this.#localListeners) listener(clientId, told);
    for (const listener of this.#listeners.keys()) listener(clientId, told);
  }

  /** So many calls of other nodes are told to nobody. */
  reportMissed(count: number): void {
    for (const missed of this.#listeners.values()) missed(count);
  }

  /** Something has happened on another node. */
  publishRemote(clientId: string, event: PublishedEvent): void {
    if (this.#listeners.size === 0) return;
    const told = new LazyEvent(event.kind, () => event);
    for (const listener of this.#listeners.keys()) listener(clientId, told);
  }
}
