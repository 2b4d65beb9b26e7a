import { CallError } from '../../shared/errors.ts';
import { nearestName } from '../../shared/nearest-name.ts';
import type { ClientInfo } from '../../shared/protocol.ts';
import type { Grant } from '../access/grant.ts';
import type { EventHub } from '../events/event-hub.ts';
import { shortenClients } from '../events/shorten-clients.ts';
import { TokenBucket } from '../rate-limits/token-bucket.ts';
import type { CallRequest } from './call-request.ts';
import type { Client, RejectionCode } from './client.ts';
import { ClientHolds, type Hold, pageWaits } from './client-holds.ts';
import { FirstOrigins } from './first-origins.ts';
import { FunctionIndex } from './function-index.ts';
import { nearness } from './nearest-refusal.ts';

/**
 * To suggest a name for one that nobody has: how many names are compared with it, and how many are read to
 * find those.
 */
const MAX_COMPARED = 100;
const MAX_READ = 1_000;
/**
 * That takes milliseconds, and a frame may hold thousands of such names: so often in a second it is done, and
 * at first.
 */
const COMPARED_A_SECOND = 2;
const COMPARED_AT_FIRST = 10;

/** The connections of one clientId, by protocol, each list with the newest first. */
interface ClientPool {
  second: Client[];
  /** Of `second`. */
  readonly functions: FunctionIndex;
  first: Client[];
}

/** Hears which clients connect to this node, to tell other nodes. */
export interface ClientsFollower {
  /** The first connection with this clientId has come. */
  came(clientId: string): void;
  /** The last one has gone. */
  went(clientId: string): void;
  /**
   * A connection of the second protocol has come: the same instance may have left an older one at another
   * node.
   */
  joined(client: Client): void;
  /** The last connection of the second protocol has gone. `released`: its user has switched it off. */
  left(clientId: string, released: boolean): void;
}

/** The clients of this node. */
export class Clients {
  readonly holds = new ClientHolds();
  readonly #byId = new Map<string, ClientPool>();
  readonly #origins = new FirstOrigins();
  readonly #events: EventHub;
  readonly #comparisons = new TokenBucket(COMPARED_A_SECOND, COMPARED_AT_FIRST, performance.now());
  #follower: ClientsFollower | undefined;

  constructor(events: EventHub) {
    this.#events = events;
  }

  /** The number of different clientIds. */
  get size(): number {
    return this.#byId.size;
  }

  /** From now on; once. */
  follow(follower: ClientsFollower): void {
    this.#follower = follower;
  }

  has(clientId: string): boolean {
    return this.#byId.has(clientId);
  }

  /** Whether calls of the clientId have a client here. Pages that wait are none. */
  serves(clientId: string): boolean {
    const pool = this.#byId.get(clientId);
    return pool !== undefined && (pool.second.length > 0 || this.#servingFirst(pool) !== undefined);
  }

  /** Why this page gets no calls; undefined where it may get them. */
  holdOf({ clientId, fromPage }: Client): Hold | undefined {
    return fromPage ? this.holds.find(clientId) : undefined;
  }

  add(client: Client): void {
    const present = this.#byId.get(client.clientId);
    const pool = present ?? { second: [], functions: new FunctionIndex(), first: [] };
    if (!present) this.#byId.set(client.clientId, pool);
    if (client.protocol === 1) this.#addFirst(client, pool);
    else {
      pool.second = [client, ...pool.second];
      pool.functions.set(client);
      this.holds.connected(client.clientId);
    }
    this.#events.publish(client.clientId, 'connected', () => ({ kind: 'connected', client: client.info }));
    if (!present) this.#follower?.came(client.clientId);
    if (client.protocol === 2) {
      replaceOlder(client, pool);
      this.#follower?.joined(client);
    }
  }

  /** The client's functions have changed. */
  updated(client: Client): void {
    this.#byId.get(client.clientId)?.functions.set(client);
    this.#events.publish(client.clientId, 'functions', () => ({ kind: 'functions', client: client.info }));
  }

  /** `released`: its user has switched it off, so pages may serve its clientId. */
  remove(client: Client, released = false): void {
    const pool = this.#byId.get(client.clientId);
    if (!pool) return;
    if (client.protocol === 1) pool.first = pool.first.filter((other) => other !== client);
    else this.#removeSecond(client, pool, released);
    const { clientId, connectionId } = client;
    this.#events.publish(clientId, 'disconnected', () => ({
      kind: 'disconnected',
      clientId,
      connectionId,
    }));
    if (pool.first.length > 0 || pool.second.length > 0) return;
    this.#byId.delete(client.clientId);
    this.#origins.left(client.clientId);
    this.#follower?.went(clientId);
  }

  /** The connections of the second protocol that serve the clientId. */
  secondOf(clientId: string): readonly Client[] {
    return this.#byId.get(clientId)?.second ?? [];
  }

  /** The clientIds that are served. */
  ids(): string[] {
    return [...this.#byId.keys()];
  }

  /**
   * The clientId of this node that was probably meant, among those that the grant reaches; it looks at a
   * bounded number, and not often.
   */
  nearestTo(clientId: string, grant: Pick<Grant, 'mayCall'> | undefined): string | undefined {
    if (!grant || !this.#comparisons.take(1, performance.now())) return undefined;
    const reached: string[] = [];
    let read = 0;
    for (const other of this.#byId.keys()) {
      if (++read > MAX_READ || reached.length === MAX_COMPARED) break;
      if (grant.mayCall(other)) reached.push(other);
    }
    return nearestName(clientId, reached);
  }

  /** The client that a call goes to, or why there is none. */
  pick(request: CallRequest): Client | CallError {
    const pool = this.#byId.get(request.clientId);
    const second = pool && leastBusy(pool, request);
    if (second instanceof CallError) return second;
    // A caller is none of `first`: connections leave it before their first call starts.
    const picked = second ?? (pool && this.#servingFirst(pool));
    if (!picked) return this.#waiting(pool) ?? notConnected(request.clientId);
    return picked.rejectionReason(request) ?? picked;
  }

  list(clientId?: string): ClientInfo[] {
    const one = clientId === undefined ? undefined : this.#byId.get(clientId);
    const listed = clientId === undefined ? [...this.#byId.values()] : one ? [one] : [];
    return shortenClients(listed.flatMap(({ second, first }) => [...second, ...first].map(({ info }) => info)));
  }

  #removeSecond(client: Client, pool: ClientPool, released: boolean): void {
    pool.second = pool.second.filter((other) => other !== client);
    pool.functions.delete(client);
    if (this.holds.disconnected(client.clientId, released)) this.#follower?.left(client.clientId, released);
  }

  /** The first-protocol client that gets calls: no page, while the clientId is held. */
  #servingFirst({ first }: ClientPool): Client | undefined {
    const [preferred] = first;
    if (!preferred || !this.holdOf(preferred)) return preferred;
    return first.find(({ fromPage }) => !fromPage);
  }

  #waiting(pool: ClientPool | undefined): CallError | undefined {
    const page = pool?.first[0];
    const hold = page && this.holdOf(page);
    return hold && pageWaits(page, hold);
  }

  /**
   * Those with an Origin before those without; among them the Origin that served this clientId first; then
   * the newest.
   */
  #addFirst(client: Client, pool: ClientPool): void {
    if (client.origin !== undefined) this.#origins.seen(client.clientId, client.origin);
    const firstOrigin = this.#origins.of(client.clientId);
    const rank = ({ origin }: Client) => (origin === undefined ? 2 : origin === firstOrigin ? 0 : 1);
    // sort is stable: the newest stays in front of its equals.
    pool.first = [client, ...pool.first].sort((a, b) => rank(a) - rank(b));
  }
}

/** Make it only if somebody reads it: to create an error, with its stack, takes longer than a call. */
export function notConnected(clientId: string, nearest?: string): CallError {
  const advice = nearest === undefined ? '' : `; did you mean ${JSON.stringify(nearest)}?`;
  return new CallError('client_not_found', `no client ${JSON.stringify(clientId)} is connected to this relay${advice}`);
}

/** Closes older connections of the same instance. */
function replaceOlder({ instanceId, connectionId }: Client, { second }: ClientPool): void {
  const older = second.filter((other) => other.instanceId === instanceId && other.connectionId !== connectionId);
  for (const other of older) other.replace();
}

/**
 * The client with the fewest calls in flight, the newest on a tie; why none can serve; undefined if there is
 * none.
 */
function leastBusy({ second, functions }: ClientPool, request: CallRequest): Client | CallError | undefined {
  const { fn, from } = request;
  if (fn !== undefined && !functions.has(fn))
    return second.find(({ connectionId }) => connectionId !== from)?.rejectionReason(request);
  let best: Client | undefined;
  let nearest: { client: Client; code: RejectionCode } | undefined;
  for (const client of second) {
    if (client.connectionId === from) continue;
    if (best && best.inFlight <= client.inFlight) continue;
    const code = client.rejectionCode(request);
    if (code === undefined) best = client;
    else if (!nearest || nearness(code) > nearness(nearest.code)) nearest = { client, code };
    if (best?.inFlight === 0) break;
  }
  return best ?? nearest?.client.rejectionReason(request);
}
