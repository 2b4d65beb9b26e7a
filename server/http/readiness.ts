import { CallError } from '../../shared/errors.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { EventLoop } from '../observability/event-loop.ts';

/** Whether the relay accepts new connections: not while it stops, is cut off from the bus, or is overloaded. */
export class Readiness {
  readonly #cluster: Pick<Cluster, 'bus'>;
  readonly #eventLoop: Pick<EventLoop, 'recentMs'>;
  readonly #loopDelayMs: number;
  #stopping = false;

  /** `loopDelayMs`: the event loop delay above which the relay counts as overloaded. */
  constructor(cluster: Pick<Cluster, 'bus'>, eventLoop: Pick<EventLoop, 'recentMs'>, loopDelayMs: number) {
    this.#cluster = cluster;
    this.#eventLoop = eventLoop;
    this.#loopDelayMs = loopDelayMs;
  }

  get stopping(): boolean {
    return this.#stopping;
  }

  /** Why new connections are rejected, or undefined. */
  get rejectionReason(): CallError | undefined {
    if (this.#stopping) return new CallError('shutting_down', 'the relay is shutting down');
    if (this.#cluster.bus === 'down') return new CallError('bus_unavailable', 'the bus between the nodes is down');
    if (this.#eventLoop.recentMs > this.#loopDelayMs)
      return new CallError('overloaded', 'the relay is overloaded: its event loop is running late');
    return undefined;
  }

  stop(): void {
    this.#stopping = true;
  }
}
