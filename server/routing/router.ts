import { CallError } from '../../shared/errors.ts';
import type { Outcome, Settle } from '../../shared/pending-calls.ts';
import type { Events } from '../events/events.ts';
import type { CallTally } from '../observability/call-tally.ts';
import type { Log } from '../observability/log.ts';
import { Call } from './call.ts';
import type { CallRequest } from './call-request.ts';
import { type Clients, notConnected } from './clients.ts';
import type { RemoteNodes } from './remote-nodes.ts';

interface RouterDeps {
  readonly clients: Clients;
  readonly nodes: RemoteNodes;
  readonly events: Events;
  readonly log: Log;
  readonly calls: CallTally;
  /** How long a call may take where its caller names no time. */
  readonly timeoutMs: number;
}

/** Leads calls to clients: to this node's own first, else through another node. */
export class Router {
  readonly #deps: RouterDeps;
  #accepting = true;

  constructor(deps: RouterDeps) {
    this.#deps = deps;
  }

  /** A call that has not started: its maker may note it down before it can end. */
  prepare(request: CallRequest, settle: Settle<unknown>): Call {
    const { calls } = this.#deps;
    calls.began();
    const call: Call = new Call(request, (outcome) => {
      const { ms } = call;
      calls.ended(request.door, outcome.ok ? 'ok' : outcome.error.code, ms);
      if (!outcome.ok) this.#logFailure(request, Math.round(ms), outcome.error);
      this.#tell(request, Math.round(ms), outcome);
      settle(outcome);
    });
    return call;
  }

  start(call: Call): void {
    const { clients, nodes } = this.#deps;
    const timeoutMs = call.request.timeoutMs ?? this.#deps.timeoutMs;
    if (!this.#accepting) {
      call.fail(new CallError('shutting_down', 'the relay is shutting down'));
      return;
    }
    const { clientId, grant } = call.request;
    if (!clients.has(clientId)) {
      nodes.forward(call, () => notConnected(clientId, clients.nearestTo(clientId, grant)), timeoutMs);
      return;
    }
    const picked = clients.pick(call.request);
    if (picked instanceof CallError) nodes.forward(call, () => picked, timeoutMs);
    else call.start(picked, timeoutMs);
  }

  /** From now on every call is refused. */
  stop(): void {
    this.#accepting = false;
  }

  #tell({ clientId, fn, caller }: CallRequest, ms: number, outcome: Outcome<unknown>): void {
    this.#deps.events.tell(clientId, 'call', () => ({
      kind: 'call',
      clientId,
      ...(fn === undefined ? {} : { fn }),
      outcome: outcome.ok ? 'ok' : outcome.error.code,
      ms,
      via: caller.via,
    }));
  }

  #logFailure({ clientId, fn }: CallRequest, ms: number, { code, cause }: CallError): void {
    const line = { code, clientId, fn, ms };
    if (code === 'internal' && cause !== undefined) this.#deps.log.error({ ...line, err: cause }, 'call failed');
    else this.#deps.log.info(line, 'call failed');
  }
}
