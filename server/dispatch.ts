import { CallError, CLOSE_CODE } from '../shared/errors.ts';
import type { SecondInit, ToRelay } from '../shared/protocol.ts';
import type { Caller } from './caller.ts';
import type { ClientEnd } from './client-end.ts';
import type { Counters } from './counters.ts';
import { errorOf, resultValue } from './second-protocol.ts';

type OfSecondProtocol = Exclude<ToRelay, { kind: 'first-init' | 'first-answer' | 'first-call' | 'heartbeat' }>;

interface DispatchDeps {
  readonly client: ClientEnd;
  readonly caller: Caller;
  readonly counters: Counters;
  close(code: number, reason: string): void;
}

/** What becomes of the messages of one connection: each goes to what the connection is as a client, or as a caller. */
export class Dispatch {
  /** Whether the peer understands errors of the second protocol. */
  hasSpokenSecond = false;
  readonly #client: ClientEnd;
  readonly #caller: Caller;
  readonly #counters: Counters;
  readonly #close: DispatchDeps['close'];

  constructor({ client, caller, counters, close }: DispatchDeps) {
    this.#client = client;
    this.#caller = caller;
    this.#counters = counters;
    this.#close = close;
  }

  take(message: ToRelay): void {
    switch (message.kind) {
      case 'first-init':
        this.#client.firstInit(message.message);
        break;
      case 'first-answer':
        this.#client.firstAnswer(message.message);
        break;
      case 'first-call':
        this.#client.leaveFirst();
        this.#caller.firstCall(message.message);
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
    if (this.#isRefusedCall(message, error)) this.#counters.rateLimited++;
    else this.take(message);
  }

  /** Of a peer that is handed over nothing new is taken; what was taken ends as ever. */
  whileLeaving(message: ToRelay): void {
    const error = new CallError('shutting_down', 'the relay is shutting down');
    if (this.#isRefusedCall(message, error)) return;
    switch (message.kind) {
      case 'list':
      case 'watch':
        this.#caller.refuse(message.msgId, error);
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
      this.#caller.refuseFirst(message.message.msgId, message.message.data.clientId, error);
      return true;
    }
    if (message.kind === 'call') this.#caller.refuse(message.message.msgId, error);
    return message.kind === 'call';
  }

  #takeSecond(message: OfSecondProtocol): void {
    switch (message.kind) {
      case 'init':
        this.#secondInit(message.message);
        break;
      case 'functions':
        this.#client.updateFunctions(message.message.data.functions);
        break;
      case 'result':
        this.#client.resolve(message.message.msgId, resultValue(message.message));
        break;
      case 'error':
        this.#client.reject(message.message.msgId, errorOf(message.message));
        break;
      case 'call':
        this.#client.leaveFirst();
        this.#caller.secondCall(message.message);
        break;
      case 'cancel':
        this.#caller.cancel(message.msgId);
        break;
      case 'list':
        this.#caller.list(message.msgId, message.clientId);
        break;
      case 'watch':
        this.#caller.watch(message.msgId);
        break;
      default:
        message satisfies never;
    }
  }

  #secondInit(init: SecondInit): void {
    try {
      this.#client.secondInit(init);
    } catch (thrown) {
      const error = CallError.from(thrown);
      this.#caller.refuse(init.msgId, error);
      this.#close(CLOSE_CODE.forbidden, error.code);
    }
  }
}
