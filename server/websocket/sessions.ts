import { type MsgId, msgIdOf } from '../../shared/envelope.ts';
import { CallError, CLOSE_CODE } from '../../shared/errors.ts';
import { type JsonText, NULL_TEXT } from '../../shared/json-text.ts';
import { MAX_MSG_ID_LENGTH } from '../../shared/limits.ts';
import type { Outcome } from '../../shared/pending-calls.ts';
import type { CallToRelay, FirstCall, FirstInit, SecondInit, ServedFunction, ToRelay } from '../../shared/protocol.ts';
import type { Grant } from '../access/grant.ts';
import { serveRefusal } from '../access/refusals.ts';
import type { MessageTexts } from '../flow/frame-reader.ts';
import type { FrameWriter } from '../flow/frame-writer.ts';
import { Throttle } from '../flow/throttle.ts';
import { FUNCTIONS_EVENT_MS } from '../limits.ts';
import type { Counters } from '../observability/counters.ts';
import type { RepeatedLines } from '../observability/repeated-lines.ts';
import { describeHold } from '../routing/client-holds.ts';
import type { Clients } from '../routing/clients.ts';
import type { AnnouncedFunctions } from './announced-functions.ts';
import { CallSlots } from './call-slots.ts';
import { type CallingDeps, CallingSession } from './calling-session.ts';
import { closeReason } from './close-reason.ts';
import { firstProtocol, outcomeOf, unreadCallIn } from './first-protocol.ts';
import { type IdText, idTextOf } from './id-text.ts';
import { NamedFunctions } from './named-functions.ts';
import { errorOf, isSecondCall, isSecondInit, readyFrame, secondProtocol } from './second-protocol.ts';
import { onlyFunction } from './served-functions.ts';
import { type ServedClient, type ServingConnection, ServingSession } from './serving-session.ts';

export interface SessionsDeps extends CallingDeps {
  readonly clients: Clients;
  readonly announced: AnnouncedFunctions;
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

/** A string, each of whose units may be escaped as `\\u0000`. The text of a number is kept as well. */
const MAX_ID_TEXT_LENGTH = 2 + 6 * MAX_MSG_ID_LENGTH;

/** What one connection serves and calls, and which of the two handles a message. */
export class Sessions {
  readonly #connection: SessionsConnection;
  readonly #deps: SessionsDeps;
  readonly #since = Date.now();
  /** Calls sent to it and not answered. */
  readonly #served = new CallSlots();
  /** What its functions count at `announced`. */
  #announced = 0;
  #functionEvents: Throttle | undefined;
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

  /** Called before the messages of each frame are handled. */
  startFrame(): void {
    this.#calling?.startFrame();
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
   * A call that can't be read still gets its one answer, and an `init` closes its connection, which would wait for
   * `ready`. Other errors go only to those who understand them.
   */
  rejectBad(json: unknown, texts: MessageTexts, error: CallError): void {
    if (isSecondInit(json)) {
      this.#refuseInit(idTextOf(msgIdOf(json), texts.msgId), error, CLOSE_CODE.bad_request);
      return;
    }
    // A client of the first protocol would take an error for a call.
    if (isSecondCall(json) && !this.#serving) this.#speaksSecond = true;
    const unreadCall = unreadCallIn(json);
    const id = idTextOf(msgIdOf(json), texts.msgId);
    if (unreadCall) this.#callingSession().rejectFirst(id, unreadCall.clientId, error);
    else if (this.#speaksSecond) this.#callingSession().reject(id, error);
  }

  handle(message: ToRelay, texts: MessageTexts): void {
    switch (message.kind) {
      case 'first-init':
        this.#firstInit(message.message);
        break;
      case 'first-answer':
        this.#answered(message.message.msgId, outcomeOf(message.message.data, texts.msg));
        break;
      case 'first-call':
        this.#firstCall(message.message, texts);
        break;
      case 'heartbeat':
        break;
      default:
        this.#speaksSecond = true;
        this.#handleSecond(message, texts);
    }
  }

  /** @throws CallError `bad_request` */
  #handleSecond(message: SecondMessage, texts: MessageTexts): void {
    if (texts.msgId !== undefined && texts.msgId.length > MAX_ID_TEXT_LENGTH)
      throw new CallError('bad_request', 'msgId is too long');
    switch (message.kind) {
      case 'init':
        this.#secondInit(message.message, idTextOf(message.message.msgId, texts.msgId));
        break;
      case 'functions':
        this.#updateFunctions(message.message.data.functions);
        break;
      case 'result':
        this.#answered(message.message.msgId, { ok: true, value: texts.value ?? NULL_TEXT });
        break;
      case 'error':
        this.#answered(message.message.msgId, { ok: false, error: errorOf(message.message) });
        break;
      case 'call':
        this.#secondCall(message.message, texts);
        break;
      case 'cancel':
        this.#calling?.cancel(idTextOf(message.msgId, texts.msgId));
        break;
      case 'list':
        this.#callingSession().list(idTextOf(message.msgId, texts.msgId), message.clientId);
        break;
      case 'watch':
        this.#callingSession().subscribe(idTextOf(message.msgId, texts.msgId));
        break;
      default:
        message satisfies never;
    }
  }

  /**
   * Over its address's rate only calls are rejected: other messages cost little, and others may wait for
   * them.
   */
  handleOverRate(message: ToRelay, texts: MessageTexts): void {
    if (message.kind !== 'first-call' && message.kind !== 'call') {
      this.handle(message, texts);
      return;
    }
    this.#deps.counters.rateLimited++;
    this.#reject(message, texts, new CallError('rate_limited', 'this address sends more than it may'));
  }

  /** Accepts nothing new; what is in flight ends as always. */
  handleWhileLeaving(message: ToRelay, texts: MessageTexts): void {
    switch (message.kind) {
      case 'first-call':
      case 'call':
      case 'list':
      case 'watch':
        this.#reject(message, texts, new CallError('shutting_down', 'the relay is shutting down'));
        break;
      case 'init':
      case 'first-init':
      case 'functions':
        break;
      default:
        this.handle(message, texts);
    }
  }

  #reject(
    message: Extract<ToRelay, { kind: 'first-call' | 'call' | 'list' | 'watch' }>,
    texts: MessageTexts,
    error: CallError,
  ): void {
    const calling = this.#callingSession();
    const msgId = 'message' in message ? message.message.msgId : message.msgId;
    const id = idTextOf(msgId, texts.msgId);
    if (message.kind === 'first-call') calling.rejectFirst(id, message.message.data.clientId, error);
    else calling.reject(id, error);
  }

  #firstCall({ msgId, data }: FirstCall, texts: MessageTexts): void {
    this.#stopServingFirst();
    this.#callingSession().firstCall(idTextOf(msgId, texts.msgId), data.clientId, texts.msg ?? NULL_TEXT);
  }

  #secondCall({ msgId, data }: CallToRelay, texts: MessageTexts): void {
    this.#stopServingFirst();
    // `as`: a schema has found an array there.
    this.#callingSession().secondCall(idTextOf(msgId, texts.msgId), data, texts.args as JsonText);
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

  #secondInit({ data }: SecondInit, id: IdText): void {
    const { clientId, instanceId, agent, batch } = data;
    if (!this.#connection.grant.secondProtocol || !this.#connection.grant.mayServe(clientId)) {
      this.#refuseInit(id, serveRefusal(this.#connection.grant, clientId), CLOSE_CODE.forbidden);
      return;
    }
    let length: number;
    try {
      length = this.#deps.announced.replace(this.#announced, data.functions);
    } catch (thrown) {
      this.#refuseInit(id, CallError.from(thrown), CLOSE_CODE.overloaded);
      return;
    }
    // Counted in `length` already.
    this.#announced = 0;
    if (batch) this.#connection.frames.batches = true;
    // Before the session: a call may follow at once.
    this.#connection.frames.sendControl(readyFrame(id, this.#deps.timeoutMs));
    const functions = new NamedFunctions(data.functions);
    this.#serve({ clientId, codec: secondProtocol, functions, instanceId, agent });
    this.#announced = length;
  }

  #refuseInit(id: IdText, error: CallError, code: number): void {
    this.#callingSession().reject(id, error);
    this.#connection.close(code, closeReason(error));
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
    this.#deps.announced.remove(this.#announced);
    this.#announced = 0;
    this.#functionEvents?.cancel();
  }

  /** A connection that calls serves nothing by the first protocol until its next `init`. */
  #stopServingFirst(): void {
    if (this.#serving?.protocol === 1) this.stopServing();
  }

  /** @throws CallError `bad_request` */
  #updateFunctions(functions: readonly ServedFunction[]): void {
    const serving = this.#serving;
    if (serving?.protocol !== 2) throw new CallError('bad_request', 'functions come after init');
    this.#announced = this.#deps.announced.replace(this.#announced, functions);
    serving.updateFunctions(new NamedFunctions(functions));
    this.#functionEvents ??= new Throttle(FUNCTIONS_EVENT_MS);
    this.#functionEvents.run(() => this.#deps.clients.updated(serving));
  }

  #answered(msgId: MsgId, outcome: Outcome<JsonText>): void {
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
