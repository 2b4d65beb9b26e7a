import { isExactId } from '../../shared/envelope.ts';
import { CallError, CLOSE_CODE } from '../../shared/errors.ts';
import type { SecondInit, ToRelay } from '../../shared/protocol.ts';
import { Caller, type CallerDeps } from './caller.ts';
import { ClientEnd, type ClientEndDeps } from './client-end.ts';
import { closeReason } from './close-reason.ts';
import type { Peer } from './peer.ts';
import { errorOf, resultValue } from './second-protocol.ts';

type OfSecondProtocol = Exclude<ToRelay, { kind: 'first-init' | 'first-answer' | 'first-call' | 'heartbeat' }>;

export type DispatchDeps = ClientEndDeps & CallerDeps;

/** What one connection is, as a client and as a caller, and which of its messages goes to which. */
export class Dispatch {
  /** Whether the peer understands errors of the second protocol. */
  hasSpokenSecond = false;
  readonly client: ClientEnd;
  readonly #peer: Peer;
  readonly #deps: DispatchDeps;
  #calling: Caller | undefined;

  constructor(peer: Peer, deps: DispatchDeps) {
    this.#peer = peer;
    this.#deps = deps;
    this.client = new ClientEnd(peer, deps);
  }

  /** What it is as a caller: made when it is needed, since most connections only serve. */
  get caller(): Caller {
    this.#calling ??= new Caller(this.#peer, this.#deps);
    return this.#calling;
  }

  /** The same, where it has called or was told of a fault. */
  get calling(): Caller | undefined {
    return this.#calling;
  }

  take(message: ToRelay): void {
    switch (message.kind) {
      case 'first-init':
        this.client.firstInit(message.message);
        break;
      case 'first-answer':
        this.client.firstAnswer(message.message);
        break;
      case 'first-call':
        this.client.leaveFirst();
        this.caller.firstCall(message.message);
        break;
      case 'heartbeat':
        break;
      default:
        this.hasSpokenSecond = true;
        this.#takeSecond(message);
    }
  }

  /** Of a peer that is over its rate, calls are refused; what else it says costs little, and others may wait for it. */
  inExcess(message: ToRelay): void {
    const error = new CallError('rate_limited', 'this address sends more than it may');
    if (this.#isRefusedCall(message, error)) this.#deps.counters.rateLimited++;
    else this.take(message);
  }

  /** Of a peer that is handed over nothing new is taken; what was taken ends as ever. */
  whileLeaving(message: ToRelay): void {
    const error = new CallError('shutting_down', 'the relay is shutting down');
    if (this.#isRefusedCall(message, error)) return;
    switch (message.kind) {
      case 'list':
      case 'watch':
        this.caller.refuse(message.msgId, error);
        break;
      case 'init':
      case 'first-init':
      case 'functions':
        break;
      default:
        this.take(message);
    }
  }

  /** Refuses a call; whether it was one. */
  #isRefusedCall(message: ToRelay, error: CallError): boolean {
    if (message.kind === 'first-call') {
      this.caller.refuseFirst(message.message.msgId, message.message.data.clientId, error);
      return true;
    }
    if (message.kind === 'call') this.caller.refuse(message.message.msgId, error);
    return message.kind === 'call';
  }

  #takeSecond(message: OfSecondProtocol): void {
    switch (message.kind) {
      case 'init':
        this.#secondInit(message.message);
        break;
      case 'functions':
        this.client.updateFunctions(message.message.data.functions);
        break;
      case 'result':
        this.client.resolve(message.message.msgId, resultValue(message.message));
        break;
      case 'error':
        this.client.reject(message.message.msgId, errorOf(message.message));
        break;
      case 'call':
        this.client.leaveFirst();
        this.caller.secondCall(message.message);
        break;
      case 'cancel':
        // What might mean another call ends none.
        if (isExactId(message.msgId)) this.caller.cancel(message.msgId);
        break;
      case 'list':
        this.caller.list(message.msgId, message.clientId);
        break;
      case 'watch':
        this.caller.watch(message.msgId);
        break;
      default:
        message satisfies never;
    }
  }

  #secondInit(init: SecondInit): void {
    try {
      this.client.secondInit(init);
    } catch (thrown) {
      const error = CallError.from(thrown);
      this.caller.refuse(init.msgId, error);
      this.#peer.close(CLOSE_CODE.forbidden, closeReason(error));
    }
  }
}
