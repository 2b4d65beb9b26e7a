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
 * What happens here, told to another node that watches: telling ⇄ behind. While much waits for the bus, calls are left out and counted. Where the bus
 * takes nothing more, nothing is told at all; afterwards the other node hears anew who serves, and knows all that it needs.
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

  /** Called at every beat: the bus may take more by now. */
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
    for (const part of partsOf(this.#deps.clients.list())) this.#send({ t: 'serving', ...part });
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
