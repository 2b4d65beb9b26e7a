import { MAX_WATCH_BACKLOG_BYTES } from '../../shared/limits.ts';
import type { RelayEvent } from '../../shared/relay-event.ts';
import type { EventHub, LazyEvent } from '../events/event-hub.ts';
import type { Clients } from '../routing/clients.ts';
import type { Bus } from './bus/bus.ts';
import { partsOf } from './client-parts.ts';
import type { NodeMessage } from './links/node-message.ts';

interface EventForwarderDeps {
  readonly bus: Pick<Bus, 'backlog' | 'isFull'>;
  readonly clients: Pick<Clients, 'list'>;
  readonly events: Pick<EventHub, 'subscribeLocal'>;
}

/**
 * Forwards this node's events to another node: telling ⇄ behind. While the bus has a backlog, call events are
 * dropped and counted. While it is full, nothing is sent; afterwards the other node gets the full list of clients.
 */
export class EventForwarder {
  readonly #deps: EventForwarderDeps;
  readonly #send: (message: NodeMessage) => void;
  readonly #stop: () => void;
  #state: 'telling' | 'behind' = 'telling';
  #dropped = 0;

  constructor(deps: EventForwarderDeps, send: (message: NodeMessage) => void) {
    this.#deps = deps;
    this.#send = send;
    if (deps.bus.isFull) this.#state = 'behind';
    else this.#sendClients();
    this.#stop = deps.events.subscribeLocal((clientId, told) => this.#onEvent(clientId, told));
  }

  /** Called at every beat, to resume once the bus has room. */
  beat(): void {
    if (this.#state === 'behind' && !this.#deps.bus.isFull) this.#sendClients();
  }

  end(): void {
    this.#stop();
  }

  #onEvent(clientId: string, told: LazyEvent): void {
    const { bus } = this.#deps;
    if (told.kind === 'call') {
      if (this.#state === 'behind' || bus.backlog > MAX_WATCH_BACKLOG_BYTES) this.#dropped++;
      else this.#sendEvent(clientId, told.event);
    } else if (bus.isFull) this.#state = 'behind';
    else if (this.#state === 'telling') this.#sendEvent(clientId, told.event);
  }

  #sendClients(): void {
    this.#state = 'telling';
    this.#sendDropped();
    for (const part of partsOf(this.#deps.clients.list())) this.#send({ t: 'clients', ...part });
  }

  #sendEvent(clientId: string, event: RelayEvent): void {
    this.#sendDropped();
    this.#send({ t: 'event', clientId, event });
  }

  #sendDropped(): void {
    if (this.#dropped > 0) this.#send({ t: 'event', clientId: '', event: { kind: 'dropped', count: this.#dropped } });
    this.#dropped = 0;
  }
}
