import { ClientsSnapshot } from '../events/clients-snapshot.ts';
import type { Cluster } from './cluster.ts';

/**
 * Lists the clients of all nodes, one list at a time. Requests that come while a list is being gathered share the
 * next one, so that each list is as fresh as its request.
 */
export class ClientListing {
  readonly #cluster: Pick<Cluster, 'list'>;
  /** The running list and the next one, by the requested clientId. */
  readonly #gathering = new Map<string | undefined, Promise<unknown>>();
  readonly #next = new Map<string | undefined, Promise<ClientsSnapshot>>();

  constructor(cluster: Pick<Cluster, 'list'>) {
    this.#cluster = cluster;
  }

  list(clientId?: string): Promise<ClientsSnapshot> {
    const shared = this.#next.get(clientId);
    if (shared) return shared;
    const next = this.#gatherAfter(this.#gathering.get(clientId) ?? endOfTurn(), clientId);
    this.#next.set(clientId, next);
    return next;
  }

  async #gatherAfter(before: Promise<unknown>, clientId: string | undefined): Promise<ClientsSnapshot> {
    // Those who requested the previous list get its error.
    await before.catch(() => {});
    const gathering = this.#cluster.list(clientId);
    this.#gathering.set(clientId, gathering);
    this.#next.delete(clientId);
    try {
      return new ClientsSnapshot(await gathering);
    } finally {
      if (this.#gathering.get(clientId) === gathering) this.#gathering.delete(clientId);
    }
  }
}

/** Collects the requests of one read of a socket. */
function endOfTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
