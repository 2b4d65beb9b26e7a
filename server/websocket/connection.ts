import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { RawData, WebSocket } from 'ws';
import { msgIdOf } from '../../shared/envelope.ts';
import { CallError, CLOSE_CODE } from '../../shared/errors.ts';
import { parseToRelay } from '../../shared/parse-message.ts';
import type { Grant } from '../access/grant.ts';
import type { ClientListing } from '../cluster/client-listing.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { Events } from '../events/events.ts';
import { type FlushQueue, FrameWriter } from '../flow/frames.ts';
import { checkNesting, readFrame } from '../flow/read-frame.ts';
import type { SlowReading, TooSlow } from '../flow/slow-reading.ts';
import type { Counters } from '../observability/counters.ts';
import type { Log } from '../observability/log.ts';
import type { AddressUse, Usage } from '../rate-limits/address-use.ts';
import type { CallIds } from '../routing/call-ids.ts';
import type { Clients } from '../routing/clients.ts';
import type { Router } from '../routing/router.ts';
import { BadFrames } from './bad-frames.ts';
import { Dispatch } from './dispatch.ts';
import { unreadCallIn } from './first-protocol.ts';
import { Liveness } from './liveness.ts';
import type { Peer } from './peer.ts';
import { isSecondCall } from './second-protocol.ts';

export interface ConnectionDeps {
  readonly clients: Clients;
  readonly cluster: Cluster;
  readonly listing: ClientListing;
  readonly router: Router;
  readonly events: Events;
  readonly ids: CallIds;
  readonly flushes: FlushQueue;
  readonly counters: Counters;
  readonly log: Log;
  readonly timeoutMs: number;
  readonly maxInFlight: number;
  readonly maxUnread: number;
  /** Those for which something waits put themselves into it. */
  readonly behind: Set<Connection>;
  gone(connection: Connection): void;
}

/** Who is at the other end: what it may do, and what its address uses. */
export interface Admitted {
  readonly grant: Grant;
  readonly use: AddressUse;
}

export type Part = { role: 'client' | 'caller'; protocol: 1 | 2 } | { role: 'idle'; protocol: undefined };

/**
 * One WebSocket's life: open → closed, or open → leaving → closed where it is handed over to another node. It has no fixed role: it is a client from its `init` on and a caller from its first
 * call on, as its grant has it. Closing ends every call that it makes or serves, at once.
 */
export class Connection implements Peer, SlowReading {
  readonly id: string = randomUUID();
  readonly grant: Grant;
  readonly frames: FrameWriter;
  readonly #socket: WebSocket;
  readonly #use: AddressUse;
  readonly #deps: ConnectionDeps;
  readonly #liveness: Liveness;
  readonly #dispatch: Dispatch;
  #badFrames: BadFrames | undefined;
  #state: 'open' | 'leaving' | 'closed' = 'open';

  constructor(socket: WebSocket, raw: Socket, { grant, use }: Admitted, deps: ConnectionDeps) {
    this.grant = grant;
    this.#use = use;
    this.#socket = socket;
    this.#deps = deps;
    this.#liveness = new Liveness(raw);
    this.frames = new FrameWriter(socket, raw, deps.flushes, this);
    this.#dispatch = new Dispatch(this, deps);
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    socket.on('close', (code) => this.#closed(code));
  }

  /** What it is there for, as far as it has shown. */
  get part(): Part {
    const [served, called] = [this.#dispatch.client.protocol, this.#dispatch.calling?.protocol];
    if (served) return { role: 'client', protocol: served };
    return called ? { role: 'caller', protocol: called } : { role: 'idle', protocol: undefined };
  }

  /**
   * Called every 10 s. Only connections that serve have to show life: a caller may be a plain synchronous program that
   * answers a ping only while it reads, and no open WebSocket is closed for silence. The kernel finds dead callers
   * (TCP keep-alive, set where connections are made).
   */
  checkLife(): void {
    if (!this.#dispatch.client.serves) return;
    if (this.#liveness.check()) this.#socket.ping();
    else this.#socket.terminate();
  }

  /** Called every 20 s: a data message is what keeps a Chromium extension's worker alive. */
  beat(): void {
    this.#dispatch.client.beat();
    this.#dispatch.calling?.beat();
  }

  /** Called every 2 s: a token may have expired, or been taken out of the tokens file. */
  checkTokens(): void {
    const standing = this.grant.standing(Date.now());
    switch (standing) {
      case 'valid':
        break;
      case 'changed':
        this.close(CLOSE_CODE.restart, 'token changed');
        break;
      case 'gone':
        this.close(CLOSE_CODE.unauthorized, 'unauthorized');
        break;
      default:
        standing satisfies never;
    }
  }

  /** From now on it takes no calls, of its peer or for it; those that it took go on. */
  leave(): void {
    if (this.#state !== 'open') return;
    this.#state = 'leaving';
    this.#dispatch.client.leave();
  }

  /** Whether all that it took has ended. */
  get isIdle(): boolean {
    return this.#dispatch.client.inFlight === 0 && !this.#dispatch.calling?.inFlight;
  }

  /** What waits for its peer to read it: all of it, unless it goes anyhow, and what its socket does not have yet. */
  get unread(): { all: number; held: number } {
    const { backlog, held } = this.frames;
    return { all: this.#state === 'closed' ? 0 : backlog, held };
  }

  /** Gives it up, because too much waits for all peers together. */
  lose(): void {
    this.frames.lose('all');
  }

  get maxUnread(): number {
    return this.#deps.maxUnread;
  }

  waits(): void {
    this.#deps.behind.add(this);
  }

  lost(unread: number, why: TooSlow): void {
    this.#deps.counters.slowReaders.websocket[why]++;
    this.#deps.log.warn({ connection: this.id, unread, why }, 'reads too slowly: closed');
    this.close(CLOSE_CODE.overloaded, 'overloaded');
  }

  /** Fails every call that it was asked. */
  failCalls(error: CallError): void {
    this.#dispatch.client.failAsked(error);
  }

  /** Ends its part in everything now, whenever the peer answers the close. */
  close(code: number, reason: string): void {
    this.#end();
    this.frames.close(code, reason);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#state === 'closed') return;
    try {
      if (isBinary) throw new CallError('bad_request', 'Binary frames have no meaning here: send text');
      // ws hands out text as one Buffer unless it is told otherwise.
      const text = data as Buffer;
      const usage = this.#use.bytes(text.length);
      if (usage === 'flood') {
        this.#closeFlood();
        return;
      }
      const { messages, batched, mayBeDeep } = readFrame(text.toString('utf8'));
      if (batched) this.frames.batches = true;
      for (const message of messages) this.#take(message, mayBeDeep, usage);
    } catch (thrown) {
      this.#refuseBad(thrown, undefined);
    }
  }

  #take(json: unknown, mayBeDeep: boolean, bytes: Usage): void {
    // An earlier message of the same frame may have ended the connection.
    if (this.#state === 'closed') return;
    const usage = this.#use.message();
    if (usage === 'flood') {
      this.#closeFlood();
      return;
    }
    try {
      if (mayBeDeep) checkNesting(json);
      const message = parseToRelay(json);
      if (this.#state === 'leaving') this.#dispatch.whileLeaving(message);
      else if (usage === 'over' || bytes === 'over') this.#dispatch.inExcess(message);
      else this.#dispatch.take(message);
    } catch (thrown) {
      this.#refuseBad(thrown, json);
    }
  }

  #closeFlood(): void {
    this.#deps.counters.rateLimited++;
    this.close(CLOSE_CODE.rate_limited, 'rate_limited');
  }

  /** A call that can't be read has its one answer all the same; else only those hear who understand. */
  #refuseBad(thrown: unknown, json: unknown): void {
    const error = CallError.from(thrown);
    this.#badFrames ??= new BadFrames(this.id, this.#deps);
    this.#badFrames.note(error);
    // What serves by the first protocol would take an error for a call.
    if (isSecondCall(json) && !this.#dispatch.client.serves) this.#dispatch.hasSpokenSecond = true;
    const unreadCall = unreadCallIn(json);
    if (unreadCall) this.#dispatch.caller.refuseFirst(msgIdOf(json), unreadCall.clientId, error);
    else if (this.#dispatch.hasSpokenSecond) this.#dispatch.caller.refuse(msgIdOf(json), error);
  }

  #end(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#dispatch.client.leave();
    this.#dispatch.calling?.end();
    this.failCalls(new CallError('client_disconnected', 'the client went away before it answered'));
  }

  #closed(code: number): void {
    this.#end();
    this.#deps.gone(this);
    const badFrames = this.#badFrames?.count;
    this.#deps.log.info({ connection: this.id, code, badFrames }, 'disconnected');
  }
}
