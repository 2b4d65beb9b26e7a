import { CallError } from '../../shared/errors.ts';
import { MAX_WATCH_BACKLOG_BYTES } from '../../shared/limits.ts';
import type { RelayEvent } from '../../shared/relay-event.ts';
import type { Grant } from '../access/grant.ts';
import { slowConsumerError } from '../flow/overloaded.ts';
import { SharedText } from '../flow/shared-text.ts';
import { TokenBucket } from '../rate-limits/token-bucket.ts';
import type { ClientsSnapshot } from './clients-snapshot.ts';
import type { EventHub, LazyEvent } from './event-hub.ts';
import { clientsEventText, type EventText, eventText } from './event-text.ts';

/** Receives a subscription's events: a WebSocket or a stream of server-sent events. */
export interface SubscriptionSink {
  /** Unsent bytes. */
  readonly backlog: number;
  /** Whether the send-buffer limit is reached. */
  readonly isFull: boolean;
  /** @throws CallError `message_too_large` */
  write(kind: RelayEvent['kind'], text: EventText): void;
  /** Writing an event failed, and the subscription has ended. */
  failed(error: CallError): void;
}

/** The clients that are connected to all nodes. */
export interface ClientsSource {
  /**
   * Calls `begin` with the connected clients, at the moment from which events report every change.
   *
   * @returns an unsubscribe function
   */
  subscribe(begin: (clients: ClientsSnapshot) => void): () => void;
}

export interface SubscriptionDeps {
  readonly events: EventHub;
  readonly cluster: ClientsSource;
}

type State = { status: 'new' } | { status: 'open'; dropped: number; stop: () => void } | { status: 'ended' };

/**
 * One subscription: first a snapshot of the clients, then events. Only clients that the grant may call are
 * included. new → open → ended.
 *
 * Call events are dropped when the subscriber reads too slowly or set a rate. It gets their number before the
 * next event. Changes of clients are never dropped.
 */
export class Subscription {
  readonly #deps: SubscriptionDeps;
  readonly #grant: Pick<Grant, 'mayCall'>;
  readonly #sink: SubscriptionSink;
  readonly #calls: TokenBucket | undefined;
  #state: State = { status: 'new' };
  #unsubscribeClients: (() => void) | undefined;

  /** Call events above `callsPerSecond` are dropped. Undefined: no limit. */
  constructor(deps: SubscriptionDeps, grant: Pick<Grant, 'mayCall'>, sink: SubscriptionSink, callsPerSecond?: number) {
    this.#deps = deps;
    this.#grant = grant;
    this.#sink = sink;
    if (callsPerSecond !== undefined) this.#calls = new TokenBucket(callsPerSecond, callsPerSecond, performance.now());
  }

  /** Whether the first event is still due. */
  get isOpening(): boolean {
    return this.#state.status === 'new';
  }

  /** Call once. The first event comes in a later turn of the event loop, once all nodes have listed their clients. */
  start(): void {
    this.#unsubscribeClients = this.#deps.cluster.subscribe((clients) => this.#begin(clients));
    // `#begin` may have failed, and ended the subscription, before this was assigned.
    if (this.#state.status === 'ended') this.#unsubscribeClients();
  }

  end(): void {
    if (this.#state.status === 'ended') return;
    if (this.#state.status === 'open') this.#state.stop();
    this.#state = { status: 'ended' };
    this.#unsubscribeClients?.();
  }

  #begin(clients: ClientsSnapshot): void {
    if (this.#state.status !== 'new') return;
    const stop = this.#deps.events.subscribe(
      (clientId, told) => this.#onEvent(clientId, told),
      (count) => this.#onMissed(count),
    );
    this.#state = { status: 'open', dropped: 0, stop };
    this.#attempt(() => {
      // The backlog may have grown since the subscription was requested.
      if (this.#sink.isFull) throw slowConsumerError();
      this.#sink.write('clients', clientsEventText(clients, this.#grant));
    });
  }

  #onEvent(clientId: string, told: LazyEvent): void {
    const state = this.#state;
    if (state.status !== 'open' || !this.#grant.mayCall(clientId)) return;
    if (told.kind === 'call' && !this.#hasRoom()) {
      state.dropped++;
      return;
    }
    this.#attempt(() => {
      if (state.dropped > 0) this.#writeDropped(state.dropped);
      state.dropped = 0;
      this.#sink.write(told.kind, eventText(told.json));
    });
  }

  #onMissed(count: number): void {
    if (this.#state.status === 'open') this.#state.dropped += count;
  }

  #attempt(write: () => void): void {
    try {
      write();
    } catch (thrown) {
      // Rethrown, it would reach the code that published the event.
      this.end();
      this.#sink.failed(CallError.from(thrown));
    }
  }

  /** Whether one more call event may be sent. */
  #hasRoom(): boolean {
    if (this.#sink.backlog > MAX_WATCH_BACKLOG_BYTES) return false;
    return this.#calls?.take(1, performance.now()) ?? true;
  }

  #writeDropped(count: number): void {
    const event: RelayEvent = { kind: 'dropped', count };
    this.#sink.write(event.kind, eventText(new SharedText(JSON.stringify(event))));
  }
}
