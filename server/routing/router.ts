import { CallError } from '../../shared/errors.ts';
import type { JsonText } from '../../shared/json-text.ts';
import type { Outcome } from '../../shared/pending-calls.ts';
import { withoutUserinfo } from '../../shared/without-userinfo.ts';
import type { EventHub } from '../events/event-hub.ts';
import { ByteBudget } from '../flow/byte-budget.ts';
import { DeadlineWheel } from '../flow/deadline-wheel.ts';
import { tooManyBytesError } from '../flow/overloaded.ts';
import { MAX_IN_FLIGHT_BYTES_IN_ALL } from '../limits.ts';
import type { CallTally } from '../observability/call-tally.ts';
import type { RepeatedLines } from '../observability/repeated-lines.ts';
import { Call, type CallOwner, type CallSink } from './call.ts';
import type { CallRequest } from './call-request.ts';
import { type Clients, notConnected } from './clients.ts';

interface RouterDeps {
  readonly clients: Clients;
  readonly events: EventHub;
  readonly lines: RepeatedLines;
  readonly calls: CallTally;
  /** How long a call may take if its caller sets no timeout. */
  readonly timeoutMs: number;
}

/** The other nodes, as far as the router needs them. */
export interface RemoteNodes {
  /**
   * Sends a call to another node. `rejection` makes the error for a call that no other node can serve either.
   */
  forward(call: Call, rejection: () => CallError, timeoutMs: number): void;
}

/** For a relay that has not joined others. */
const ALONE: RemoteNodes = { forward: (call, rejection) => call.fail(rejection()) };

/** Routes calls to clients: to those of this node first, else to another node. */
export class Router implements CallOwner {
  readonly deadlines = new DeadlineWheel();
  /** What all calls in flight may hold. */
  readonly budget = new ByteBudget(MAX_IN_FLIGHT_BYTES_IN_ALL);
  readonly #deps: RouterDeps;
  #nodes = ALONE;
  #accepting = true;

  constructor(deps: RouterDeps) {
    this.#deps = deps;
  }

  /** From now on it forwards calls that this node can't serve. */
  join(nodes: RemoteNodes): void {
    this.#nodes = nodes;
  }

  /** Makes a call. The sink may receive its outcome before this returns. */
  call(request: CallRequest, sink: CallSink): Call {
    const { target } = request;
    // Once a call, not once for each tab of each client.
    if (target?.url !== undefined) request.target = { ...target, url: withoutUserinfo(target.url) };
    const call = this.#newCall(request, sink);
    if (this.#accepting && call.reserve()) this.#route(call);
    else if (this.#accepting) call.fail(tooManyBytesError());
    else call.fail(new CallError('shutting_down', 'the relay is shutting down'));
    return call;
  }

  /** Fails a call that its connection may not make now; it is counted and logged like any other. */
  reject(request: CallRequest, sink: CallSink, error: CallError): void {
    this.#newCall(request, sink).fail(error);
  }

  /**
   * Makes a call for another node, to a client of this node only. Returns why it was not executed, if none
   * can serve it.
   */
  callHere(request: CallRequest, sink: CallSink): Call | CallError {
    const picked = this.#deps.clients.pick(request);
    if (picked instanceof CallError) return picked;
    const call = this.#newCall(request, sink);
    call.start(picked, this.#timeoutOf(request));
    return call;
  }

  /** From now on every call is rejected. */
  stop(): void {
    this.#accepting = false;
  }

  ended({ request, ms }: Call, outcome: Outcome<JsonText>): void {
    const { door } = request;
    if (door === undefined) return;
    this.#deps.calls.ended(door, outcome.ok ? 'ok' : outcome.error.code, ms);
    if (!outcome.ok) this.#logFailure(request, Math.round(ms), outcome.error);
    this.#publish(request, Math.round(ms), outcome);
  }

  #newCall(request: CallRequest, sink: CallSink): Call {
    if (request.door !== undefined) this.#deps.calls.began();
    return new Call(request, sink, this);
  }

  #route(call: Call): void {
    const { clients } = this.#deps;
    const { clientId, grant } = call.request;
    const timeoutMs = this.#timeoutOf(call.request);
    if (!clients.has(clientId)) {
      this.#nodes.forward(call, () => notConnected(clientId, clients.nearestTo(clientId, grant)), timeoutMs);
      return;
    }
    const picked = clients.pick(call.request);
    if (picked instanceof CallError) this.#nodes.forward(call, () => picked, timeoutMs);
    else call.start(picked, timeoutMs);
  }

  #timeoutOf({ timeoutMs }: CallRequest): number {
    return timeoutMs ?? this.#deps.timeoutMs;
  }

  #publish({ clientId, fn, caller }: CallRequest, ms: number, outcome: Outcome<JsonText>): void {
    this.#deps.events.publish(clientId, 'call', () => ({
      kind: 'call',
      clientId,
      ...(fn === undefined ? {} : { fn }),
      outcome: outcome.ok ? 'ok' : outcome.error.code,
      ms,
      via: caller.via,
    }));
  }

  #logFailure({ clientId, fn, from, caller }: CallRequest, ms: number, { code, cause }: CallError): void {
    const isFault = code === 'internal' && cause !== undefined;
    const line = { code, clientId, fn, ms, ...(isFault ? { err: cause } : {}) };
    this.#deps.lines.write(isFault ? 'error' : 'info', 'call failed', from ?? caller.token, line);
  }
}
