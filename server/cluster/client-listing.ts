import { setTimeout as delay } from 'node:timers/promises';
import { ClientsSnapshot } from '../events/clients-snapshot.ts';
import type { Cluster } from './cluster.ts';

/** Lists of a few clients are gathered one after the other without a rest. */
const SHORT_MS = 5;
const MAX_REST_MS = 1_000;

/**
 * Lists the clients of all nodes, one list at a time. Requests that come while a list is being gathered share the
 * next one, so that each list is as fresh as its request.
 */
export class ClientListing {
  readonly #cluster: Pick<Cluster, 'list'>;
  /** The running list and the next one, by the requested clientId. */
  readonly #gathering = new Map<string | undefined, Promise<void>>();
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

  async #gatherAfter(before: Promise<void>, clientId: string | undefined): Promise<ClientsSnapshot> {
    await before;
    const gathering = this.#cluster.list(clientId);
    const rested = restAfter(gathering);
    this.#gathering.set(clientId, rested);
    this.#next.delete(clientId);
    void rested.then(() => {
      if (this.#gathering.get(clientId) === rested) this.#gathering.delete(clientId);
    });
    return new ClientsSnapshot(await gathering);
  }
}

/** Rests for as long as the list took: those who ask without end get half of the time of all nodes at most. */
async function restAfter(gathering: Promise<unknown>): Promise<void> {
  const startedAt = performance.now();
  await gathering.catch(() => {});
  const tookMs = performance.now() - startedAt;
  if (tookMs >= SHORT_MS) await delay(Math.min(tookMs, MAX_REST_MS));
}

/** Collects the requests of one read of a socket. */
function endOfTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
