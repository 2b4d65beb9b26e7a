import { CallError } from '../../shared/errors.ts';
import type { Settle } from '../../shared/pending-calls.ts';
import type { ClientInfo } from '../../shared/protocol.ts';
import type { CallRequest } from '../routing/call-request.ts';
import { type Client, tooBusy } from '../routing/client.ts';
import { callFrame } from './first-protocol.ts';
import type { Peer, Serving } from './peer.ts';

/** The one name under which programs of the second protocol reach a first-protocol client's only function. */
const ONLY_FUNCTION = 'encrypt';

/** A client that speaks the first protocol: it has one function, of one argument, and takes every frame as a call. */
export class FirstClient implements Client {
  readonly clientId: string;
  readonly protocol = 1;
  readonly instanceId = undefined;
  readonly since = Date.now();
  readonly #cameAt = performance.now();
  readonly #end: Serving;

  constructor(clientId: string, end: Serving) {
    this.clientId = clientId;
    this.#end = end;
  }

  get connection(): Peer {
    return this.#end.peer;
  }

  /** The Origin that its connection came with. */
  get origin(): string | undefined {
    return this.#end.peer.grant.origin;
  }

  get ageMs(): number {
    return performance.now() - this.#cameAt;
  }

  /** Never called: only instances are replaced. */
  replace(): void {}

  get inFlight(): number {
    return this.#end.inFlight;
  }

  get info(): ClientInfo {
    const { clientId, connection, inFlight } = this;
    const { connectedAt } = this.#end;
    return { clientId, connectionId: connection.id, protocol: 1, functions: [], inFlight, connectedAt };
  }

  refusal({ fn, args, target }: CallRequest): CallError | undefined {
    const name = JSON.stringify(this.clientId);
    if (fn !== undefined && fn !== ONLY_FUNCTION)
      return new CallError(
        'function_not_found',
        `client ${name} speaks the first protocol: its one function is ${ONLY_FUNCTION}`,
      );
    if (args.length !== 1)
      return new CallError(
        'function_not_found',
        `client ${name} speaks the first protocol: its function takes one argument, not ${args.length}`,
      );
    if (target)
      return new CallError('tab_unavailable', `client ${name} speaks the first protocol, which tells no tabs`);
    if (this.inFlight >= this.#end.deps.maxInFlight) return tooBusy(this);
    return undefined;
  }

  ask({ args }: CallRequest, settle: Settle<unknown>): string {
    const { asked, deps, peer } = this.#end;
    const id = deps.ids.next();
    peer.frames.ask(callFrame(id, args[0]));
    asked.add(id, settle);
    return id;
  }

  /** Only forgets: the first protocol has no word for it, and its clients would take any frame as a call. */
  abandon(id: string): void {
    this.#end.asked.forget(id);
  }
}
