import { CallError } from '../shared/errors.ts';
import type { Cluster } from './cluster/cluster.ts';

/** Whether new peers are welcome: they are not where the relay is stopping, or can't reach the other nodes. */
export class Readiness {
  readonly #cluster: Pick<Cluster, 'bus'>;
  #stopping = false;

  constructor(cluster: Pick<Cluster, 'bus'>) {
    this.#cluster = cluster;
  }

  get stopping(): boolean {
    return this.#stopping;
  }

  /** Why they are not. */
  get hindrance(): CallError | undefined {
    if (this.#stopping) return new CallError('shutting_down', 'the relay is shutting down');
    if (this.#cluster.bus === 'down') return new CallError('bus_unavailable', 'the bus between the nodes is down');
    return undefined;
  }

  stop(): void {
    this.#stopping = true;
  }
}
