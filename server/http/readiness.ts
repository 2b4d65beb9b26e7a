import { CallError } from '../../shared/errors.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { EventLoop } from '../observability/event-loop.ts';

/** Whether new peers are welcome: they are not where the relay is stopping, can't reach the other nodes, or does not keep up. */
export class Readiness {
  readonly #cluster: Pick<Cluster, 'bus'>;
  readonly #eventLoop: Pick<EventLoop, 'recentMs'>;
  readonly #loopDelayMs: number;
  #stopping = false;

  /** `loopDelayMs`: how late the event loop may run. */
  constructor(cluster: Pick<Cluster, 'bus'>, eventLoop: Pick<EventLoop, 'recentMs'>, loopDelayMs: number) {
    this.#cluster = cluster;
    this.#eventLoop = eventLoop;
    this.#loopDelayMs = loopDelayMs;
  }

  get stopping(): boolean {
    return this.#stopping;
  }

  /** Why they are not. */
  get rejectionReason(): CallError | undefined {
    if (this.#stopping) return new CallError('shutting_down', 'the relay is shutting down');
    if (this.#cluster.bus === 'down') return new CallError('bus_unavailable', 'the bus between the nodes is down');
    if (this.#eventLoop.recentMs > this.#loopDelayMs)
      return new CallError('overloaded', 'the relay has more to do than it can keep up with');
    return undefined;
  }

  stop(): void {
    this.#stopping = true;
  }
}
