import { isExactId, type MsgId, msgIdOf } from '../../shared/envelope.ts';
import { CallError, CLOSE_CODE } from '../../shared/errors.ts';
import type { Outcome } from '../../shared/pending-calls.ts';
import type { FirstInit, SecondInit, ServedFunction, ToRelay } from '../../shared/protocol.ts';
import type { Grant } from '../access/grant.ts';
import { serveRefusal } from '../access/refusals.ts';
import type { FrameWriter } from '../flow/frame-writer.ts';
import type { Counters } from '../observability/counters.ts';
import type { RepeatedLines } from '../observability/repeated-lines.ts';
import { describeHold } from '../routing/client-holds.ts';
import type { Clients } from '../routing/clients.ts';
import { CallSlots } from './call-slots.ts';
import { type CallingDeps, CallingSession } from './calling-session.ts';
import { closeReason } from './close-reason.ts';
import { firstProtocol, outcomeOf, unreadCallIn } from './first-protocol.ts';
import { NamedFunctions } from './named-functions.ts';
import { errorOf, isSecondCall, readyFrame, resultValue, secondProtocol } from './second-protocol.ts';
import { onlyFunction } from './served-functions.ts';
import { type ServedClient, type ServingConnection, ServingSession } from './serving-session.ts';

export interface SessionsDeps extends CallingDeps {
  readonly clients: Clients;
  readonly counters: Counters;
  readonly lines: RepeatedLines;
  readonly timeoutMs: number;
}

/** What the sessions of one connection share. */
interface SessionsConnection {
  readonly id: string;
  readonly grant: Grant;
  readonly frames: FrameWriter;
  close(code: number, reason: string): void;
}

export type Part = { role: 'client' | 'caller'; protocol: 1 | 2 } | { role: 'idle'; protocol: undefined };

type SecondMessage = Exclude<ToRelay, { kind: 'first-init' | 'first-answer' | 'first-call' | 'heartbeat' }>;

/** What one connection serves and calls, and which of the two handles a message. */
export class Sessions {
  readonly #connection: SessionsConnection;
  readonly #deps: SessionsDeps;
  readonly #since = Date.now();
  /** Calls sent to it and not answered. */
  readonly #served = new CallSlots();
  #serving: ServingSession | undefined;
  #calling: CallingSession | undefined;
  /** Whether the other end understands errors of the second protocol. */
  #speaksSecond = false;

  constructor(connection: SessionsConnection, deps: SessionsDeps) {
    this.#connection = connection;
    this.#deps = deps;
  }

  /** What it has been used for. */
  get part(): Part {
    if (this.#serving) return { role: 'client', protocol: this.#serving.protocol };
    const protocol = this.#calling?.protocol;
    return protocol ? { role: 'caller', protocol } : { role: 'idle', protocol: undefined };
  }

  /** Whether no call is in flight. */
  get isIdle(): boolean {
    return this.#served.size === 0 && !this.#calling?.inFlight;
  }

  beat(): void {
    this.#serving?.beat();
    this.#calling?.beat();
  }

  /** Fails every call that it serves. */
  failCalls(error: CallError): void {
    this.#served.failAll(error);
  }

  /** The connection is gone. `released`: the client's user has switched it off. */
  end(released = false): void {
    this.stopServing(released);
    this.#calling?.end();
    this.failCalls(new CallError('client_disconnected', 'the client went away before it answered'));
  }

  /**
   * A call that can't be read still gets its one answer; other errors go only to those who understand them.
   */
  rejectBad(json: unknown, error: CallError): void {
    // A client of the first protocol would take an error for a call.
    if (isSecondCall(json) && !this.#serving) this.#speaksSecond = true;
    const unreadCall = unreadCallIn(json);
    if (unreadCall) this.#callingSession().rejectFirst(msgIdOf(json), unreadCall.clientId, error);
    else if (this.#speaksSecond) this.#callingSession().reject(msgIdOf(json), error);
  }

  handle(message: ToRelay): void {
    switch (message.kind) {
      case 'first-init':
        this.#firstInit(message.message);
        break;
      case 'first-answer':
        this.#answered(message.message.msgId, outcomeOf(message.message.data));
        break;
      case 'first-call':
        this.#stopServingFirst();
        this.#callingSession().firstCall(message.message);
        break;
      case 'heartbeat':
        break;
      default:
        this.#speaksSecond = true;
        this.#handleSecond(message);
    }
  }

  #handleSecond(message: SecondMessage): void {
    switch (message.kind) {
      case 'init':
        this.#secondInit(message.message);
        break;
      case 'functions':
        this.#updateFunctions(message.message.data.functions);
        break;
      case 'result':
        this.#answered(message.message.msgId, { ok: true, value: resultValue(message.message) });
        break;
      case 'error':
        this.#answered(message.message.msgId, { ok: false, error: errorOf(message.message) });
        break;
      case 'call':
        this.#stopServingFirst();
        this.#callingSession().secondCall(message.message);
        break;
      case 'cancel':
        // An id that may mean another call cancels nothing.
        if (isExactId(message.msgId)) this.#calling?.cancel(message.msgId);
        break;
      case 'list':
        this.#callingSession().list(message.msgId, message.clientId);
        break;
      case 'watch':
        this.#callingSession().subscribe(message.msgId);
        break;
      default:
        message satisfies never;
    }
  }

  /**
   * Over its address's rate only calls are rejected: other messages cost little, and others may wait for
   * them.
   */
  handleOverRate(message: ToRelay): void {
    if (message.kind !== 'first-call' && message.kind !== 'call') {
      this.handle(message);
      return;
    }
    this.#deps.counters.rateLimited++;
    this.#reject(message, new CallError('rate_limited', 'this address sends more than it may'));
  }

  /** Accepts nothing new; what is in flight ends as always. */
  handleWhileLeaving(message: ToRelay): void {
    switch (message.kind) {
      case 'first-call':
      case 'call':
      case 'list':
      case 'watch':
        this.#reject(message, new CallError('shutting_down', 'the relay is shutting down'));
        break;
      case 'init':
      case 'first-init':
      case 'functions':
        break;
      default:
        this.handle(message);
    }
  }

  #reject(message: Extract<ToRelay, { kind: 'first-call' | 'call' | 'list' | 'watch' }>, error: CallError): void {
    const calling = this.#callingSession();
    if (message.kind === 'first-call') calling.rejectFirst(message.message.msgId, message.message.data.clientId, error);
    else calling.reject(message.kind === 'call' ? message.message.msgId : message.msgId, error);
  }

  // A program that may only call but sends `init` all the same keeps its connection.
  #firstInit({ data: { clientId } }: FirstInit): void {
    if (this.#connection.grant.mayServe(clientId)) {
      this.#serve({ clientId, codec: firstProtocol, functions: onlyFunction });
      return;
    }
    this.#deps.counters.ignoredInits++;
    this.#note('init of a peer that may not serve: ignored', { clientId });
  }

  #note(message: string, line: object): void {
    const { id } = this.#connection;
    this.#deps.lines.write('info', message, id, { connection: id, ...line });
  }

  #secondInit({ data, msgId }: SecondInit): void {
    const { clientId, instanceId, agent, batch } = data;
    if (!this.#connection.grant.secondProtocol || !this.#connection.grant.mayServe(clientId)) {
      const error = serveRefusal(this.#connection.grant, clientId);
      this.#callingSession().reject(msgId, error);
      this.#connection.close(CLOSE_CODE.forbidden, closeReason(error));
      return;
    }
    if (batch) this.#connection.frames.batches = true;
    // Before the session: a call may follow at once.
    this.#connection.frames.sendControl(readyFrame(msgId, this.#deps.timeoutMs));
    const functions = new NamedFunctions(data.functions);
    this.#serve({ clientId, codec: secondProtocol, functions, instanceId, agent });
  }

  /** The last `init` counts. */
  #serve(client: ServedClient): void {
    const { clients } = this.#deps;
    this.stopServing();
    this.#serving = new ServingSession(client, this.#servingConnection());
    clients.add(this.#serving);
    const { clientId, protocol } = this.#serving;
    const hold = clients.holdOf(this.#serving);
    if (hold) this.#note('waits to serve', { clientId, protocol, why: describeHold(this.#serving, hold) });
    else this.#note('serves', { clientId, protocol });
  }

  #servingConnection(): ServingConnection {
    const { maxInFlight } = this.#deps;
    return {
      id: this.#connection.id,
      origin: this.#connection.grant.origin,
      fromPage: this.#connection.grant.sender === 'page',
      connectedAt: new Date(this.#since).toISOString(),
      frames: this.#connection.frames,
      calls: this.#served,
      maxInFlight,
      onReplaced: () => this.#connection.close(CLOSE_CODE.replaced, 'replaced'),
    };
  }

  stopServing(released = false): void {
    if (this.#serving) this.#deps.clients.remove(this.#serving, released);
    this.#serving = undefined;
  }

  /** A connection that calls serves nothing by the first protocol until its next `init`. */
  #stopServingFirst(): void {
    if (this.#serving?.protocol === 1) this.stopServing();
  }

  /** @throws CallError `bad_request` */
  #updateFunctions(functions: readonly ServedFunction[]): void {
    if (this.#serving?.protocol !== 2) throw new CallError('bad_request', 'functions come after init');
    this.#serving.updateFunctions(new NamedFunctions(functions));
    this.#deps.clients.updated(this.#serving);
  }

  #answered(msgId: MsgId, outcome: Outcome<unknown>): void {
    const call = this.#served.take(msgId);
    if (call) call.answer(outcome);
    else this.#deps.counters.strayAnswers++;
  }

  /** Made on first use, because most connections only serve. */
  #callingSession(): CallingSession {
    this.#calling ??= new CallingSession(this.#connection, this.#deps);
    return this.#calling;
  }
}
