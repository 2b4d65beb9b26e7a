import { CallError } from '../shared/errors.ts';
import type { PendingCalls, Settle } from '../shared/pending-calls.ts';
import type { ClientInfo } from '../shared/protocol.ts';
import type { CallRequest } from './call.ts';
import type { CallIds } from './call-ids.ts';
import { type Client, tooBusy } from './client.ts';
import { callFrame } from './first-protocol.ts';
import type { FrameWriter } from './frames.ts';

/** The one name under which programs of the second protocol reach a first-protocol client's only function. */
const ONLY_FUNCTION = 'encrypt';

interface FirstClientDeps {
  readonly clientId: string;
  readonly connection: { readonly id: string };
  /** The Origin that its connection came with. */
  readonly origin: string | undefined;
  /** The calls that its connection was asked; they outlive a second `init`. */
  readonly asked: PendingCalls<string, unknown>;
  readonly frames: FrameWriter;
  readonly ids: CallIds;
  readonly connectedAt: string;
  readonly maxInFlight: number;
}

/** A client that speaks the first protocol: it has one function, of one argument, and takes every frame as a call. */
export class FirstClient implements Client {
  readonly clientId: string;
  readonly connection: { readonly id: string };
  readonly origin: string | undefined;
  readonly #deps: FirstClientDeps;

  constructor(deps: FirstClientDeps) {
    this.clientId = deps.clientId;
    this.connection = deps.connection;
    this.origin = deps.origin;
    this.#deps = deps;
  }

  get inFlight(): number {
    return this.#deps.asked.size;
  }

  get info(): ClientInfo {
    const { clientId, connection, inFlight } = this;
    const { connectedAt } = this.#deps;
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
    if (this.inFlight >= this.#deps.maxInFlight) return tooBusy(this);
    return undefined;
  }

  ask({ args }: CallRequest, settle: Settle<unknown>): string {
    const { asked, frames, ids } = this.#deps;
    const id = ids.next();
    frames.ask(callFrame(id, args[0]));
    asked.add(id, settle);
    return id;
  }

  /** Only forgets: the first protocol has no word for it, and its clients would take any frame as a call. */
  abandon(id: string): void {
    this.#deps.asked.forget(id);
  }
}
