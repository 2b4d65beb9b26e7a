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

/** Where a watch's events go: a WebSocket's frames, or a stream of server-sent events. */
export interface SubscriptionSink {
  /** How many bytes wait for the peer to read them. */
  readonly backlog: number;
  /** Whether so much waits that the peer is to get nothing that can be refused. */
  readonly isFull: boolean;
  /** @throws CallError `message_too_large` */
  write(kind: RelayEvent['kind'], text: EventText): void;
  /** An event could not be written, which has ended the watch. */
  failed(error: CallError): void;
}

/** Knows which clients are connected, on all nodes. */
export interface ClientsSource {
  /**
   * Calls `begin` with the connected clients, at the moment from which events report every change.
   *
   * @returns what ends it
   */
  subscribe(begin: (clients: ClientsSnapshot) => void): () => void;
}

export interface SubscriptionDeps {
  readonly events: EventHub;
  readonly cluster: ClientsSource;
}

type State = { status: 'new' } | { status: 'open'; dropped: number; stop: () => void } | { status: 'ended' };

/**
 * One watch: first who serves now, then what happens, as far as the grant may call the clients that it happens to.
 * new → open → ended.
 *
 * A watcher that reads too slowly, or wants no more than so many a second, misses calls, and is told how many before the next event that it gets. It never misses who
 * came, went or changed: what it knows of the clients stays true.
 */
export class Subscription {
  readonly #deps: SubscriptionDeps;
  readonly #grant: Pick<Grant, 'mayCall'>;
  readonly #sink: SubscriptionSink;
  readonly #calls: TokenBucket | undefined;
  #state: State = { status: 'new' };
  #unsubscribeClients: (() => void) | undefined;

  /** Past `callsPerSecond` calls are left out; undefined: none is. */
  constructor(deps: SubscriptionDeps, grant: Pick<Grant, 'mayCall'>, sink: SubscriptionSink, callsPerSecond?: number) {
    this.#deps = deps;
    this.#grant = grant;
    this.#sink = sink;
    if (callsPerSecond !== undefined) this.#calls = new TokenBucket(callsPerSecond, callsPerSecond, performance.now());
  }

  /** Whether it still waits for its first event. */
  get isOpening(): boolean {
    return this.#state.status === 'new';
  }

  /** Once; it takes a turn of the event loop at least, and longer until all nodes have told whom they serve. */
  start(): void {
    this.#unsubscribeClients = this.#deps.cluster.subscribe((clients) => this.#begin(clients));
    // Where it could not begin it has ended before it had this.
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
      // Other answers may have come before it since the watch was asked for.
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
      // Thrown on, it would fall upon whoever made the event.
      this.end();
      this.#sink.failed(CallError.from(thrown));
    }
  }

  /** For one more call. */
  #hasRoom(): boolean {
    if (this.#sink.backlog > MAX_WATCH_BACKLOG_BYTES) return false;
    return this.#calls?.take(1, performance.now()) ?? true;
  }

  #writeDropped(count: number): void {
    const event: RelayEvent = { kind: 'dropped', count };
    this.#sink.write(event.kind, eventText(new SharedText(JSON.stringify(event))));
  }
}
