import type { RelayEvent } from '../../shared/relay-event.ts';
import { SharedText } from '../flow/shared-text.ts';

/** The published events. Each Subscription makes its own `clients` and `dropped`. */
export type PublishedEvent = Exclude<RelayEvent, { kind: 'clients' | 'dropped' }>;

/** An event that is only built, and serialized, once a listener reads it. */
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

  /** The event's JSON text, shared by all listeners. */
  get json(): SharedText {
    this.#json ??= new SharedText(JSON.stringify(this.event));
    return this.#json;
  }
}

/** Gets every event. */
export type Listener = (clientId: string, told: LazyEvent) => void;

/** Gets the number of call events that another node dropped because its bus was backed up. */
export type Missed = (count: number) => void;

/** Publishes events of this node and of the others to subscribers. */
export class EventHub {
  readonly #listeners = new Map<Listener, Missed>();
  readonly #localListeners = new Set<Listener>();

  /** Subscribes to events of all nodes. @returns an unsubscribe function */
  subscribe(listener: Listener, missed: Missed): () => void {
    this.#listeners.set(listener, missed);
    return () => void this.#listeners.delete(listener);
  }

  /** Subscribes to events of this node only. @returns an unsubscribe function */
  subscribeLocal(listener: Listener): () => void {
    this.#localListeners.add(listener);
    return () => void this.#localListeners.delete(listener);
  }

  /** Publishes an event of this node. `make` is called only if a listener reads the event. */
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

  /** Another node has dropped this many call events. */
  reportMissed(count: number): void {
    for (const missed of this.#listeners.values()) missed(count);
  }

  /** Publishes an event of another node. */
  publishRemote(clientId: string, event: PublishedEvent): void {
    if (this.#listeners.size === 0) return;
    const told = new LazyEvent(event.kind, () => event);
    for (const listener of this.#listeners.keys()) listener(clientId, told);
  }
}
