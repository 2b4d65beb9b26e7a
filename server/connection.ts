import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import { CallError, CLOSE_CODE } from '../shared/errors.ts';
import { PendingCalls } from '../shared/pending-calls.ts';
import { type MsgId, msgIdOf, parseToRelay, type ToRelay } from '../shared/protocol.ts';
import type { CallIds } from './call-ids.ts';
import { Caller } from './caller.ts';
import type { Clients } from './clients.ts';
import type { Counters } from './counters.ts';
import { FirstClient } from './first-client.ts';
import { outcomeOf, unreadCallIn } from './first-protocol.ts';
import { type FlushQueue, FrameWriter } from './frames.ts';
import type { Grant } from './grant.ts';
import type { Log } from './log.ts';
import { checkNesting, readFrame } from './read-frame.ts';
import type { Router } from './router.ts';
import { SecondClient } from './second-client.ts';
import { errorOf, HEARTBEAT, readyFrame, resultValue } from './second-protocol.ts';

export interface ConnectionDeps {
  readonly clients: Clients;
  readonly router: Router;
  readonly ids: CallIds;
  readonly flushes: FlushQueue;
  readonly counters: Counters;
  readonly log: Log;
  readonly timeoutMs: number;
}

type State =
  | { status: 'open' }
  | { status: 'first-client'; client: FirstClient }
  | { status: 'second-client'; client: SecondClient }
  | { status: 'closed' };

type Of<Kind extends ToRelay['kind']> = Extract<ToRelay, { kind: Kind }>;

/** After so many pings in a row without a sign of life a connection is given up: at most 30 s after it went dead. */
const MOST_UNANSWERED = 2;

let lastId = 0;

/**
 * One WebSocket's life: open ⇄ first-client, open → second-client, and closed from everywhere. Any connection may call
 * besides, as its grant has it. Closing ends every call that it makes or serves, once.
 */
export class Connection {
  /** Names it in the log. */
  readonly id = ++lastId;
  readonly #socket: WebSocket;
  readonly #raw: Duplex;
  readonly #grant: Grant;
  readonly #deps: ConnectionDeps;
  readonly #frames: FrameWriter;
  readonly #asked = new PendingCalls<string, unknown>();
  readonly #caller: Caller;
  readonly #connectedAt = new Date().toISOString();
  #state: State = { status: 'open' };
  #hasSpokenSecond = false;
  #bytesHeard = 0;
  #unansweredPings = 0;
  #badFrames = 0;

  constructor(socket: WebSocket, raw: Duplex, grant: Grant, deps: ConnectionDeps) {
    this.#socket = socket;
    this.#raw = raw;
    this.#grant = grant;
    this.#deps = deps;
    this.#frames = new FrameWriter(socket, raw, deps.flushes);
    const { router, clients } = deps;
    this.#caller = new Caller({ connection: this, grant, frames: this.#frames, router, clients });
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    socket.on('close', (code) => this.#closed(code));
    // ws closes the socket after an error; `close` tells all that matters.
    socket.on('error', () => {});
  }

  /**
   * Called every 10 s. Only connections that serve have to show life: a caller may be a plain synchronous program that
   * answers a ping only while it reads, and no open WebSocket is closed for silence. The kernel finds dead callers
   * (TCP keep-alive, set where connections are made).
   */
  checkLife(): void {
    if (!this.#serves) return;
    const heard = this.#raw instanceof Socket ? this.#raw.bytesRead : 0;
    if (heard !== this.#bytesHeard) this.#unansweredPings = 0;
    this.#bytesHeard = heard;
    if (this.#unansweredPings === MOST_UNANSWERED) this.#socket.terminate();
    else this.#socket.ping();
    this.#unansweredPings++;
  }

  /** Called every 20 s: a data message is what keeps a Chromium extension's worker alive. */
  beat(): void {
    if (this.#state.status === 'second-client') this.#frames.push(HEARTBEAT);
  }

  /** Fails every call that it was asked. */
  failCalls(error: CallError): void {
    this.#asked.rejectAll(error);
  }

  /** Ends its part in everything at once, whenever the peer may answer the close. */
  close(code: number, reason: string): void {
    this.#end();
    this.#frames.flush();
    this.#socket.close(code, reason);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  get #serves(): boolean {
    return this.#state.status === 'first-client' || this.#state.status === 'second-client';
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#state.status === 'closed') return;
    try {
      if (isBinary) throw new CallError('bad_request', 'Binary frames have no meaning here: send text');
      // ws hands out text as one Buffer unless it is told otherwise.
      const { messages, batched, mayBeDeep } = readFrame((data as Buffer).toString('utf8'));
      if (batched) this.#frames.batches = true;
      for (const message of messages) this.#take(message, mayBeDeep);
    } catch (thrown) {
      this.#refuseBad(thrown, undefined);
    }
  }

  #take(json: unknown, mayBeDeep: boolean): void {
    if (this.#state.status === 'closed') return;
    try {
      if (mayBeDeep) checkNesting(json);
      this.#dispatch(parseToRelay(json));
    } catch (thrown) {
      this.#refuseBad(thrown, json);
    }
  }

  #dispatch(message: ToRelay): void {
    switch (message.kind) {
      case 'first-init':
        this.#firstInit(message);
        break;
      case 'first-answer':
        this.#settle(message.message.msgId, (id) => this.#answered(id, message));
        break;
      case 'first-call':
        this.#firstCall(message);
        break;
      case 'heartbeat':
        break;
      default:
        this.#hasSpokenSecond = true;
        this.#dispatchSecond(message);
    }
  }

  #dispatchSecond(message: Exclude<ToRelay, Of<'first-init' | 'first-answer' | 'first-call' | 'heartbeat'>>): void {
    switch (message.kind) {
      case 'init':
        this.#secondInit(message);
        break;
      case 'functions':
        this.#functions(message);
        break;
      case 'result':
        this.#settle(message.message.msgId, (id) => this.#asked.resolve(id, resultValue(message.message)));
        break;
      case 'error':
        this.#settle(message.message.msgId, (id) => this.#asked.reject(id, errorOf(message.message)));
        break;
      case 'call':
        this.#caller.secondCall(message.message);
        break;
      case 'cancel':
        this.#caller.cancel(message.msgId);
        break;
      case 'list':
        this.#caller.list(message.msgId, message.clientId);
        break;
      default:
        message satisfies never;
    }
  }

  // A program that may only call, and sends `init` all the same, is let go on.
  #firstInit({ message }: Of<'first-init'>): void {
    const { clientId } = message.data;
    if (!this.#grant.mayServe(clientId)) {
      this.#deps.counters.ignoredInits++;
      this.#deps.log.info({ connection: this.id, clientId }, 'init of a peer that may not serve: ignored');
      return;
    }
    this.#leave();
    const client = new FirstClient({ clientId, origin: this.#grant.origin, ...this.#clientDeps() });
    this.#state = { status: 'first-client', client };
    this.#join(client);
  }

  #secondInit({ message }: Of<'init'>): void {
    const { data, msgId } = message;
    if (!this.#grant.secondProtocol || !this.#grant.mayServe(data.clientId)) {
      this.#refuseInit(msgId);
      return;
    }
    this.#leave();
    if (data.batch) this.#frames.batches = true;
    const replace = () => this.close(CLOSE_CODE.replaced, 'replaced');
    const client = new SecondClient({ init: data, replace, ...this.#clientDeps() });
    this.#state = { status: 'second-client', client };
    this.#frames.push(readyFrame(msgId, this.#deps.timeoutMs));
    this.#join(client);
  }

  #refuseInit(msgId: MsgId): void {
    const error = new CallError('forbidden', 'this peer may not serve this clientId by the second protocol');
    this.#caller.refuse(msgId, error);
    this.close(CLOSE_CODE.forbidden, error.code);
  }

  #functions({ message }: Of<'functions'>): void {
    if (this.#state.status !== 'second-client') throw new CallError('bad_request', 'functions come after init');
    this.#state.client.update(message.data.functions);
  }

  /** A connection that calls serves nothing by the first protocol until it inits again. */
  #firstCall({ message }: Of<'first-call'>): void {
    if (this.#state.status === 'first-client') this.#leave();
    this.#caller.firstCall(message);
  }

  #answered(id: string, { message }: Of<'first-answer'>): boolean {
    const outcome = outcomeOf(message.data);
    return outcome.ok ? this.#asked.resolve(id, outcome.value) : this.#asked.reject(id, outcome.error);
  }

  #settle(msgId: MsgId, settle: (id: string) => boolean): void {
    if (typeof msgId !== 'string' || !settle(msgId)) this.#deps.counters.strayAnswers++;
  }

  #clientDeps() {
    const { ids } = this.#deps;
    return { connection: this, asked: this.#asked, frames: this.#frames, ids, connectedAt: this.#connectedAt };
  }

  #join(client: FirstClient | SecondClient): void {
    this.#deps.clients.add(client);
    const { clientId, info } = client;
    this.#deps.log.info({ connection: this.id, clientId, protocol: info.protocol }, 'serves');
  }

  /** Serves no more. Calls that it was asked already may still be answered. */
  #leave(): void {
    const state = this.#state;
    if (state.status !== 'first-client' && state.status !== 'second-client') return;
    this.#deps.clients.remove(state.client);
    this.#state = { status: 'open' };
  }

  /** A first-protocol call that can't be read has its one answer all the same; else only those hear who understand. */
  #refuseBad(thrown: unknown, json: unknown): void {
    const error = CallError.from(thrown);
    this.#noteBad(error);
    const unreadCall = unreadCallIn(json);
    if (unreadCall) this.#caller.refuseFirst(msgIdOf(json), unreadCall.clientId, error);
    else if (this.#hasSpokenSecond) this.#caller.refuse(msgIdOf(json), error);
  }

  // One line a connection, so that a peer that sends nothing else can't fill the log; the rest is in the last line.
  #noteBad({ code, message, cause }: CallError): void {
    const { counters, log } = this.#deps;
    counters.badFrames++;
    this.#badFrames++;
    if (code === 'internal') log.error({ connection: this.id, err: cause }, 'a frame could not be handled');
    else if (this.#badFrames === 1) log.info({ connection: this.id, why: message }, 'bad frame');
  }

  #end(): void {
    if (this.#state.status === 'closed') return;
    this.#leave();
    this.#state = { status: 'closed' };
    this.#caller.end();
    this.failCalls(new CallError('client_disconnected', 'the client went away before it answered'));
  }

  #closed(code: number): void {
    this.#end();
    const badFrames = this.#badFrames || undefined;
    this.#deps.log.info({ connection: this.id, code, badFrames }, 'disconnected');
  }
}
