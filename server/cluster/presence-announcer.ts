import * as z from 'zod/mini';
import type { Counters } from '../observability/counters.ts';
import type { Client } from '../routing/client.ts';
import type { Clients, ClientsFollower } from '../routing/clients.ts';
import type { Bus } from './bus/bus.ts';
import { CallShape, canServe } from './can-serve.ts';
import { HoldAnnouncer } from './hold-announcer.ts';
import { readJson, writeJson } from './links/json-bytes.ts';
import { allSubject, locateSubject } from './subjects.ts';

/** A connection of this age is older than one announced now, whatever the clocks of the two nodes say. */
const SETTLED_MS = 1_000;

/** An instance has connected. `repeated`: announced again, because the first announcement may have been lost. */
const InstanceClaimed = z.object({
  t: z.literal('instance_claimed'),
  instanceId: z.string(),
  connectionId: z.string(),
  since: z.number(),
  repeated: z.boolean(),
});
type InstanceClaimed = z.infer<typeof InstanceClaimed>;
/** Asks which node can serve a call. */
const CanServeQuestion = z.extend(CallShape, { t: z.literal('can_serve') });
const ToAll = z.discriminatedUnion('t', [CanServeQuestion, InstanceClaimed]);

interface PresenceAnnouncerDeps {
  readonly self: string;
  readonly bus: Bus;
  readonly clients: Clients;
  readonly counters: Counters;
}

/** Answers which clients this node serves, and announces instances that have connected here. */
export class PresenceAnnouncer implements ClientsFollower {
  readonly #deps: PresenceAnnouncerDeps;
  readonly #holds: HoldAnnouncer;
  readonly #ends = new Map<string, () => void>();

  constructor(deps: PresenceAnnouncerDeps) {
    this.#deps = deps;
    this.#holds = new HoldAnnouncer(deps);
  }

  start(): void {
    this.#deps.clients.follow(this);
    this.#holds.start();
  }

  close(): void {
    this.#holds.close();
  }

  came(clientId: string): void {
    const { bus, self } = this.#deps;
    const here = writeJson({ node: self });
    const locate = bus.subscribe(locateSubject(clientId), (_question, answer) => answer(here), 'nodes');
    const all = bus.subscribe(allSubject(clientId), (data, answer) => this.#handleMessage(clientId, data, answer));
    this.#ends.set(clientId, () => {
      locate();
      all();
    });
  }

  went(clientId: string): void {
    this.#ends.get(clientId)?.();
    this.#ends.delete(clientId);
  }

  joined(client: Client): void {
    this.#announce(client, false);
    this.#holds.joined(client.clientId);
  }

  left(clientId: string, released: boolean): void {
    this.#holds.left(clientId, released);
  }

  /** Repeats all announcements after the bus was down. */
  announceAgain(): void {
    for (const clientId of this.#deps.clients.ids())
      for (const client of this.#deps.clients.secondOf(clientId)) this.#announce(client, true);
    this.#holds.announceAgain();
  }

  #announce({ clientId, instanceId, connectionId, since }: Client, repeated: boolean): void {
    if (instanceId === undefined) return;
    const claim: InstanceClaimed = { t: 'instance_claimed', instanceId, connectionId, since, repeated };
    this.#deps.bus.publish(allSubject(clientId), writeJson(claim));
  }

  #handleMessage(clientId: string, data: Uint8Array, answer: (data: Uint8Array) => void): void {
    const message = readJson(ToAll, data);
    switch (message?.t) {
      case 'can_serve':
        answer(writeJson({ node: this.#deps.self, ...canServe(this.#deps.clients, clientId, message) }));
        break;
      case 'instance_claimed':
        for (const client of this.#deps.clients.secondOf(clientId)) this.#handleClaim(client, message);
        break;
      case undefined:
        this.#deps.counters.badBusMessages++;
        break;
      default:
        message satisfies never;
    }
  }

  #handleClaim(client: Client, claim: InstanceClaimed): void {
    if (client.instanceId !== claim.instanceId || client.connectionId === claim.connectionId) return;
    if (isOlder(client, claim)) client.replace();
    else this.#announce(client, true);
  }
}

/** Of two simultaneous connections exactly one must be replaced: their clocks decide. */
function isOlder({ since, ageMs, connectionId }: Client, claim: InstanceClaimed): boolean {
  if (!claim.repeated && ageMs > SETTLED_MS) return true;
  return since === claim.since ? connectionId < claim.connectionId : since < claim.since;
}
