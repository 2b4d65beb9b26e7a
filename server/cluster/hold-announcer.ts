import * as z from 'zod/mini';
import { ClientId } from '../../shared/protocol.ts';
import { HOLD_MS } from '../limits.ts';
import type { Counters } from '../observability/counters.ts';
import type { Clients } from '../routing/clients.ts';
import type { Bus } from './bus/bus.ts';
import { readJson, writeJson } from './links/json-bytes.ts';
import { HOLDS_SUBJECT } from './subjects.ts';

/** How often a node says which clientIds it serves: the others must not let their holds end meanwhile. */
const REPEAT_MS = HOLD_MS / 2;
/** How long the other nodes have for their next answer, when a node starts. */
const ANSWER_MS = 1_000;

const Held = z.object({ t: z.literal('held'), clientIds: z.array(ClientId) });
const Released = z.object({ t: z.literal('released'), clientId: ClientId });
/** Asks a node for the clientIds that it serves or holds. */
const Ask = z.object({ t: z.literal('ask') });
const HoldMessage = z.discriminatedUnion('t', [Held, Released, Ask]);

interface HoldAnnouncerDeps {
  readonly bus: Bus;
  readonly clients: Clients;
  readonly counters: Counters;
}

/**
 * Tells all nodes which clientIds second-protocol clients serve here, and which of them have gone. So each node holds
 * them against pages (`ClientHolds`), also those of a node that dies.
 */
export class HoldAnnouncer {
  readonly #deps: HoldAnnouncerDeps;
  #hasAsked = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(deps: HoldAnnouncerDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#deps.bus.subscribe(HOLDS_SUBJECT, (data, answer) => this.#handle(data, answer));
    this.#timer = setInterval(() => this.#publish(this.#deps.clients.holds.served()), REPEAT_MS).unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  joined(clientId: string): void {
    this.#publish([clientId]);
  }

  left(clientId: string, released: boolean): void {
    if (released) this.#deps.bus.publish(HOLDS_SUBJECT, writeJson({ t: 'released', clientId }));
    else this.#publish([clientId]);
  }

  /** The bus is up: the others may have missed something, and a node that has just started knows nothing. */
  announceAgain(): void {
    this.#publish(this.#deps.clients.holds.all());
    if (this.#hasAsked) return;
    this.#hasAsked = true;
    const onAnswer = (data: Uint8Array) => {
      for (const clientId of readJson(Held, data)?.clientIds ?? []) this.#deps.clients.holds.hold(clientId);
      // All nodes answer, each as often as it needs.
      return false;
    };
    void this.#deps.bus.request(HOLDS_SUBJECT, writeJson({ t: 'ask' }), { ms: ANSWER_MS, onAnswer });
  }

  #handle(data: Uint8Array, answer: (data: Uint8Array) => void): void {
    const { clients, counters } = this.#deps;
    const message = readJson(HoldMessage, data);
    switch (message?.t) {
      case 'held':
        for (const clientId of message.clientIds) clients.holds.hold(clientId);
        break;
      case 'released':
        // One of a pool was switched off; another one is connected here.
        if (clients.secondOf(message.clientId).length > 0) this.#publish([message.clientId]);
        else clients.holds.release(message.clientId);
        break;
      case 'ask':
        for (const clientIds of this.#chunksOf(clients.holds.all())) answer(writeJson({ t: 'held', clientIds }));
        break;
      case undefined:
        counters.badBusMessages++;
        break;
      default:
        message satisfies never;
    }
  }

  #publish(clientIds: Iterable<string>): void {
    for (const chunk of this.#chunksOf(clientIds))
      this.#deps.bus.publish(HOLDS_SUBJECT, writeJson({ t: 'held', clientIds: chunk }));
  }

  /** Each chunk takes at most half of the largest message. */
  *#chunksOf(clientIds: Iterable<string>): Generator<string[]> {
    let chunk: string[] = [];
    let bytes = 0;
    for (const clientId of clientIds) {
      const more = Buffer.byteLength(JSON.stringify(clientId)) + 1;
      if (chunk.length > 0 && bytes + more > this.#deps.bus.maxPayload / 2) {
        yield chunk;
        chunk = [];
        bytes = 0;
      }
      chunk.push(clientId);
      bytes += more;
    }
    if (chunk.length > 0) yield chunk;
  }
}
