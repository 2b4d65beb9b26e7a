import { CallError } from '../../shared/errors.ts';
import type { Outcome, Settle } from '../../shared/pending-calls.ts';
import type { CallRequest } from './call-request.ts';
import type { Client } from './client.ts';

/** Who is asked: a client of this node, or what stands for one of another node. */
export type Callee = Pick<Client, 'ask' | 'abandon'>;

type State =
  | { status: 'new' }
  | { status: 'sent'; callee: Callee; id: string; timer: NodeJS.Timeout }
  | { status: 'ended' };

/**
 * One call, from its request to its one outcome: new → sent → ended, or new → ended.
 *
 * Whatever comes first ends it: the answer, the timeout, its caller's cancel, its client's going. It is written with
 * callbacks, not promises and signals, because the relay makes tens of thousands of these in a second.
 */
export class Call {
  readonly request: CallRequest;
  readonly #startedAt = performance.now();
  readonly #settle: Settle<unknown>;
  #state: State = { status: 'new' };

  constructor(request: CallRequest, settle: Settle<unknown>) {
    this.request = request;
    this.#settle = settle;
  }

  get isPending(): boolean {
    return this.#state.status !== 'ended';
  }

  get ms(): number {
    return performance.now() - this.#startedAt;
  }

  /** Asks the client and starts the clock. @throws CallError `message_too_large`; then nothing was sent. */
  send(callee: Callee, timeoutMs: number): void {
    const id = callee.ask(this.request, (outcome) => this.end(outcome));
    const timer = setTimeout(() => this.#timeOut(timeoutMs), timeoutMs);
    this.#state = { status: 'sent', callee, id, timer };
  }

  /** As `send`, but where nothing could be sent the call has failed. */
  start(callee: Callee, timeoutMs: number): void {
    try {
      this.send(callee, timeoutMs);
    } catch (thrown) {
      this.fail(CallError.from(thrown));
    }
  }

  fail(error: CallError): void {
    this.end({ ok: false, error });
  }

  cancel(why = 'the caller cancelled the call'): void {
    this.fail(new CallError('cancelled', why));
  }

  /** Ends the call, once: later outcomes are dropped. */
  end(outcome: Outcome<unknown>): void {
    const state = this.#state;
    if (state.status === 'ended') return;
    this.#state = { status: 'ended' };
    if (state.status === 'sent') {
      clearTimeout(state.timer);
      state.callee.abandon(state.id);
    }
    this.#settle(outcome);
  }

  #timeOut(timeoutMs: number): void {
    this.fail(
      new CallError('timeout', `client ${JSON.stringify(this.request.clientId)} did not answer in ${timeoutMs} ms`),
    );
  }
}
