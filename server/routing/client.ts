import { CallError } from '../../shared/errors.ts';
import type { Settle } from '../../shared/pending-calls.ts';
import type { ClientInfo } from '../../shared/protocol.ts';
import type { CallRequest } from './call.ts';

/** What one connection is as a client. There are two kinds: FirstClient and SecondClient, by protocol. */
export interface Client {
  readonly clientId: string;
  /** The connection that it lives on: no call goes back to the one that it came from. */
  readonly connection: { readonly id: string };
  readonly inFlight: number;
  readonly info: ClientInfo;
  /** Why it can't serve this request (`function_not_found`, `tab_unavailable`, `overloaded`); undefined where it can. */
  refusal(request: CallRequest): CallError | undefined;
  /** Sends a call; `settle` hears of the answer or of the client's going. @throws CallError `message_too_large`, `overloaded` */
  ask(request: CallRequest, settle: Settle<unknown>): string;
  /** Lets go of a call that has ended otherwise, and tells the client where it is still at it. */
  abandon(id: string): void;
}

export function tooBusy({ clientId, inFlight }: Client): CallError {
  return new CallError('overloaded', `client ${JSON.stringify(clientId)} has ${inFlight} calls in flight already`);
}
