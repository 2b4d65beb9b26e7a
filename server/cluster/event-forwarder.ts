import { MAX_WATCH_BACKLOG_BYTES } from '../../shared/limits.ts';
import type { RelayEvent } from '../../shared/relay-event.ts';
import type { Events, Told } from '../events/event-hub.ts';
import type { Clients } from '../routing/clients.ts';
import type { Bus } from './bus/bus.ts';
import { partsOf } from './client-parts.ts';
import type { NodeMessage } from './links/node-message.ts';

interface TellingDeps {
  readonly bus: Pick<Bus, 'backlog' | 'isFull'>;
  readonly clients: Pick<Clients, 'list'>;
  readonly events: Pick<Events, 'listenHere'>;
}

/**
 * What happens here, told to another node that watches: telling ⇄ behind. While much waits for the bus, calls are left out and counted. Where the bus
 * takes nothing more, nothing is told at all; afterwards the other node hears anew who serves, and knows all that it needs.
 */
export class Telling {
  readonly #deps: TellingDeps;
  readonly #send: (message: NodeMessage) => void;
  readonly #stop: () => void;
  #state: 'telling' | 'behind' = 'telling';
  #dropped = 0;

  constructor(deps: TellingDeps, send: (message: NodeMessage) => void) {
    this.#deps = deps;
    this.#send = send;
    if (deps.bus.isFull) this.#state = 'behind';
    else this.#tellClients();
    this.#stop = deps.events.listenHere((clientId, told) => this.#hear(clientId, told));
  }

  /** Called at every beat: the bus may take more by now. */
  beat(): void {
    if (this.#state === 'behind' && !this.#deps.bus.isFull) this.#tellClients();
  }

  end(): void {
    this.#stop();
  }

  #hear(clientId: string, told: Told): void {
    const { bus } = this.#deps;
    if (told.kind === 'call') {
      if (this.#state === 'behind' || bus.backlog > MAX_WATCH_BACKLOG_BYTES) this.#dropped++;
      else this.#tell(clientId, told.event);
    } else if (bus.isFull) this.#state = 'behind';
    else if (this.#state === 'telling') this.#tell(clientId, told.event);
  }

  #tellClients(): void {
    this.#state = 'telling';
    this.#tellDropped();
    for (const part of partsOf(this.#deps.clients.list())) this.#send({ t: 'serving', ...part });
  }

  #tell(clientId: string, event: RelayEvent): void {
    this.#tellDropped();
    this.#send({ t: 'event', clientId, event });
  }

  #tellDropped(): void {
    if (this.#dropped > 0) this.#send({ t: 'event', clientId: '', event: { kind: 'dropped', count: this.#dropped } });
    this.#dropped = 0;
  }
}
