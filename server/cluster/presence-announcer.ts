import * as z from 'zod/mini';
import type { Counters } from '../observability/counters.ts';
import type { Client } from '../routing/client.ts';
import type { Clients, ClientsFollower } from '../routing/clients.ts';
import type { Bus } from './bus/bus.ts';
import { CallShape, canServe } from './can-serve.ts';
import { readJson, writeJson } from './links/json-bytes.ts';
import { allSubject, whoSubject } from './subjects.ts';

/** A connection that came so long ago is older than one that is announced now, whatever the clocks of their nodes say. */
const SETTLED_MS = 1_000;

/** An instance has connected; `again` tells it once more, where the first time may not have been heard. */
const Took = z.object({
  t: z.literal('took'),
  instanceId: z.string(),
  connectionId: z.string(),
  since: z.number(),
  again: z.boolean(),
});
type Took = z.infer<typeof Took>;
/** Which of you can take such a call? */
const WhoCan = z.extend(CallShape, { t: z.literal('who-can') });
const ToAll = z.discriminatedUnion('t', [WhoCan, Took]);

interface PresenceAnnouncerDeps {
  readonly self: string;
  readonly bus: Bus;
  readonly clients: Clients;
  readonly counters: Counters;
}

/** Lets the other nodes know whom this one serves: answers who asks, and announces instances that have moved here. */
export class PresenceAnnouncer implements ClientsFollower {
  readonly #deps: PresenceAnnouncerDeps;
  readonly #ends = new Map<string, () => void>();

  constructor(deps: PresenceAnnouncerDeps) {
    this.#deps = deps;
  }

  came(clientId: string): void {
    const { bus, self } = this.#deps;
    const here = writeJson({ node: self });
    const who = bus.subscribe(whoSubject(clientId), (_question, answer) => answer(here), 'nodes');
    const all = bus.subscribe(allSubject(clientId), (data, answer) => this.#handleMessage(clientId, data, answer));
    this.#ends.set(clientId, () => {
      who();
      all();
    });
  }

  went(clientId: string): void {
    this.#ends.get(clientId)?.();
    this.#ends.delete(clientId);
  }

  joined(client: Client): void {
    this.#announce(client, false);
  }

  /** The bus was down: what was announced meanwhile has reached nobody. */
  announceAgain(): void {
    for (const clientId of this.#deps.clients.ids())
      for (const client of this.#deps.clients.secondOf(clientId)) this.#announce(client, true);
  }

  #announce({ clientId, instanceId, connectionId, since }: Client, again: boolean): void {
    if (instanceId === undefined) return;
    const took: Took = { t: 'took', instanceId, connectionId, since, again };
    this.#deps.bus.publish(allSubject(clientId), writeJson(took));
  }

  #handleMessage(clientId: string, data: Uint8Array, answer: (data: Uint8Array) => void): void {
    const message = readJson(ToAll, data);
    switch (message?.t) {
      case 'who-can':
        answer(writeJson({ node: this.#deps.self, ...canServe(this.#deps.clients, clientId, message) }));
        break;
      case 'took':
        for (const client of this.#deps.clients.secondOf(clientId)) this.#handleClaim(client, message);
        break;
      case undefined:
        this.#deps.counters.badBusMessages++;
        break;
      default:
        message satisfies never;
    }
  }

  #handleClaim(client: Client, took: Took): void {
    if (client.instanceId !== took.instanceId || client.connectionId === took.connectionId) return;
    if (isOlder(client, took)) client.replace();
    else this.#announce(client, true);
  }
}

/** Two that come at the same time must not both give way: then their clocks decide. */
function isOlder({ since, ageMs, connectionId }: Client, took: Took): boolean {
  if (!took.again && ageMs > SETTLED_MS) return true;
  return since === took.since ? connectionId < took.connectionId : since < took.since;
}
