import { ClientsSnapshot } from '../events/clients-snapshot.ts';
import type { Cluster } from './cluster.ts';

/**
 * Lists who serves on all nodes, once for all who ask in the same moment. Whoever asks while a list is being gathered shares the
 * next one: so each sees who served when it asked, and other nodes have one question of this node at a time to answer.
 */
export class ClientListing {
  readonly #cluster: Pick<Cluster, 'list'>;
  /** Lists that are being gathered, and those that begin after them, by the clientId asked for. */
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
    // How the one before ended is told to those who asked for it.
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

/** All that came in one read of a socket asks in the same turn. */
function endOfTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
