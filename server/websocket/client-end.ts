import type { MsgId } from '../../shared/envelope.ts';
import { CallError } from '../../shared/errors.ts';
import { PendingCalls } from '../../shared/pending-calls.ts';
import type { FirstAnswer, FirstInit, SecondInit, ServedFunction } from '../../shared/protocol.ts';
import { serveRefusal } from '../access/refusals.ts';
import type { Counters } from '../observability/counters.ts';
import type { Log } from '../observability/log.ts';
import type { CallIds } from '../routing/call-ids.ts';
import type { Clients } from '../routing/clients.ts';
import { FirstClient } from './first-client.ts';
import { outcomeOf } from './first-protocol.ts';
import type { Peer, Serving } from './peer.ts';
import { SecondClient } from './second-client.ts';
import { HEARTBEAT, readyFrame } from './second-protocol.ts';

export interface ClientEndDeps {
  readonly clients: Clients;
  readonly ids: CallIds;
  readonly counters: Counters;
  readonly log: Log;
  readonly timeoutMs: number;
  readonly maxInFlight: number;
}

const IDLE = { status: 'idle' } as const;
type State = typeof IDLE | { status: 'first'; client: FirstClient } | { status: 'second'; client: SecondClient };

/**
 * What one connection is as a client: whom it serves, and the calls that it was asked. idle ⇄ first ⇄ second: the last
 * `init` counts. Calls that it was asked under an earlier one may still be answered.
 */
export class ClientEnd implements Serving {
  readonly peer: Peer;
  readonly deps: ClientEndDeps;
  /** The calls that it was asked; they outlive a second `init`. */
  readonly asked = new PendingCalls<string, unknown>();
  readonly #since = Date.now();
  #state: State = IDLE;

  constructor(peer: Peer, deps: ClientEndDeps) {
    this.peer = peer;
    this.deps = deps;
  }

  /** As of RFC 3339. */
  get connectedAt(): string {
    return new Date(this.#since).toISOString();
  }

  get serves(): boolean {
    return this.#state.status !== 'idle';
  }

  /** By which it serves; undefined where it does not. */
  get protocol(): 1 | 2 | undefined {
    if (this.#state.status === 'idle') return undefined;
    return this.#state.status === 'first' ? 1 : 2;
  }

  /** Calls that it was asked and that wait. */
  get inFlight(): number {
    return this.asked.size;
  }

  // A program that may only call, and sends `init` all the same, is let go on.
  firstInit({ data: { clientId } }: FirstInit): void {
    const { counters, log } = this.deps;
    if (!this.peer.grant.mayServe(clientId)) {
      counters.ignoredInits++;
      log.info({ connection: this.peer.id, clientId }, 'init of a peer that may not serve: ignored');
      return;
    }
    this.leave();
    const client = new FirstClient(clientId, this);
    this.#state = { status: 'first', client };
    this.#join(client);
  }

  /** @throws CallError `forbidden` */
  secondInit({ data, msgId }: SecondInit): void {
    const { grant, frames } = this.peer;
    if (!grant.secondProtocol || !grant.mayServe(data.clientId)) throw serveRefusal(grant, data.clientId);
    this.leave();
    if (data.batch) frames.batches = true;
    const client = new SecondClient(data, this);
    this.#state = { status: 'second', client };
    frames.push(readyFrame(msgId, this.deps.timeoutMs));
    this.#join(client);
  }

  /** @throws CallError `bad_request` */
  updateFunctions(functions: readonly ServedFunction[]): void {
    if (this.#state.status !== 'second') throw new CallError('bad_request', 'functions come after init');
    this.#state.client.update(functions);
    this.deps.clients.updated(this.#state.client);
  }

  firstAnswer({ msgId, data }: FirstAnswer): void {
    const outcome = outcomeOf(data);
    if (outcome.ok) this.resolve(msgId, outcome.value);
    else this.reject(msgId, outcome.error);
  }

  resolve(msgId: MsgId, value: unknown): void {
    if (typeof msgId !== 'string' || !this.asked.resolve(msgId, value)) this.deps.counters.strayAnswers++;
  }

  reject(msgId: MsgId, error: CallError): void {
    if (typeof msgId !== 'string' || !this.asked.reject(msgId, error)) this.deps.counters.strayAnswers++;
  }

  /** A connection that calls by the first protocol serves nothing by it until it inits again. */
  leaveFirst(): void {
    if (this.#state.status === 'first') this.leave();
  }

  leave(): void {
    if (this.#state.status === 'idle') return;
    this.deps.clients.remove(this.#state.client);
    this.#state = IDLE;
  }

  failAsked(error: CallError): void {
    this.asked.rejectAll(error);
  }

  beat(): void {
    if (this.#state.status === 'second') this.peer.frames.push(HEARTBEAT);
  }

  #join(client: FirstClient | SecondClient): void {
    const { clients, log } = this.deps;
    clients.add(client);
    log.info({ connection: this.peer.id, clientId: client.clientId, protocol: client.info.protocol }, 'serves');
  }
}
