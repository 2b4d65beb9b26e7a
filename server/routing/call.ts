import { CallError } from '../../shared/errors.ts';
import { type JsonText, jsonText } from '../../shared/json-text.ts';
import type { Outcome } from '../../shared/pending-calls.ts';
import { Deadline, type DeadlineWheel } from '../flow/deadline-wheel.ts';
import type { CallRequest } from './call-request.ts';

/** Who serves a call: a client of this node, or another node. */
export interface Callee {
  /**
   * Sends the call, whose answer is then given to `Call.answer`. Calls `Call.accepted` once it needs the arguments no
   * more. @throws CallError if nothing was sent
   */
  send(call: Call): void;
  /** The call has ended without its answer: its timeout is over, or its caller has cancelled it. */
  abandon(call: Call): void;
}

/** Receives the one outcome of a call. */
export interface CallSink {
  /** The length of the texts that it keeps until then. */
  readonly keptLength: number;
  settle(outcome: Outcome<JsonText>): void;
}

/** What all calls of a node share. */
export interface CallOwner {
  readonly deadlines: DeadlineWheel;
  /** Called before the sink. */
  ended(call: Call, outcome: Outcome<JsonText>): void;
}

type State = { status: 'new' } | { status: 'sent'; callee: Callee; timeoutMs: number } | { status: 'ended' };

const NEW: State = { status: 'new' };
const ENDED: State = { status: 'ended' };
const NO_ARGS = jsonText([]);

/**
 * One call, from its request to its one outcome: new → sent → ended, or new → ended.
 *
 * Whatever comes first ends it: the answer, the timeout, its caller's cancel, the end of its client. It is
 * itself what waits in its client's slots and in the deadline wheel, without a closure or a timer of its own,
 * because the relay makes tens of thousands of calls in a second.
 */
export class Call extends Deadline {
  readonly request: CallRequest;
  /** The id that its client knows it by. */
  id = '';
  readonly #startedAt = performance.now();
  readonly #sink: CallSink;
  readonly #owner: CallOwner;
  #state: State = NEW;
  /** What it counts in its budget: for its arguments and for its sink. */
  #argsLength = 0;
  #keptLength = 0;
  #isAccepted = false;

  constructor(request: CallRequest, sink: CallSink, owner: CallOwner) {
    super();
    this.request = request;
    this.#sink = sink;
    this.#owner = owner;
  }

  get isPending(): boolean {
    return this.#state.status !== 'ended';
  }

  /** Since it was made. */
  get ms(): number {
    return performance.now() - this.#startedAt;
  }

  /** Counts what it holds. @returns false if that is too much */
  reserve(): boolean {
    const { args, target, budget } = this.request;
    const argsLength = args.length + (target?.url?.length ?? 0);
    const { keptLength } = this.#sink;
    if (budget?.add(argsLength + keptLength) === false) return false;
    this.#argsLength = argsLength;
    this.#keptLength = keptLength;
    return true;
  }

  /** Whether the arguments are gone, so that the call can't be sent again. */
  get isAccepted(): boolean {
    return this.#isAccepted;
  }

  /** Its client, or another node, has the arguments: they are dropped here. */
  accepted(): void {
    this.#isAccepted = true;
    this.request.args = NO_ARGS;
    this.request.target = undefined;
    this.request.budget?.release(this.#argsLength);
    this.#argsLength = 0;
  }

  /** Sends the call and starts its timeout; fails it if it can't be sent. */
  start(callee: Callee, timeoutMs: number): void {
    try {
      callee.send(this);
    } catch (thrown) {
      this.fail(CallError.from(thrown));
      return;
    }
    this.#state = { status: 'sent', callee, timeoutMs };
    this.#owner.deadlines.start(this, timeoutMs);
  }

  /** What its callee says, or that its callee is gone. */
  answer(outcome: Outcome<JsonText>): void {
    if (this.#state.status !== 'ended') this.#end(outcome);
  }

  /** Ends it for another reason; its callee may stop then. */
  fail(error: CallError): void {
    const state = this.#state;
    if (state.status === 'ended') return;
    if (state.status === 'sent') state.callee.abandon(this);
    this.#end({ ok: false, error });
  }

  cancel(why = 'the caller cancelled the call'): void {
    this.fail(new CallError('cancelled', why));
  }

  override expire(): void {
    if (this.#state.status !== 'sent') return;
    const client = `client ${JSON.stringify(this.request.clientId)}`;
    this.fail(new CallError('timeout', `${client} did not answer in ${this.#state.timeoutMs} ms`));
  }

  #end(outcome: Outcome<JsonText>): void {
    this.#state = ENDED;
    this.accepted();
    this.request.budget?.release(this.#keptLength);
    this.#owner.deadlines.cancel(this);
    this.#owner.ended(this, outcome);
    this.#sink.settle(outcome);
  }
}
