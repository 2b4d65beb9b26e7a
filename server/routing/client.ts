import { CallError } from '../../shared/errors.ts';
import type { ClientInfo } from '../../shared/protocol.ts';
import type { Callee } from './call.ts';
import type { CallRequest } from './call-request.ts';

export type RejectionCode = 'function_not_found' | 'tab_unavailable' | 'overloaded';

/** A connection that serves calls. */
export interface Client extends Callee {
  readonly clientId: string;
  readonly protocol: 1 | 2;
  /** The Origin that its connection came with. */
  readonly origin: string | undefined;
  /** Whether that is a web page's, and not listed in ALLOWED_ORIGINS. */
  readonly fromPage: boolean;
  /** Names the installation, across reconnects. First-protocol clients have none. */
  readonly instanceId: string | undefined;
  /** When it began to serve, by this machine's clock. */
  readonly since: number;
  /** How long it has served. Unlike `since`, changes of the machine's clock do not affect it. */
  readonly ageMs: number;
  /** Its connection: no call goes back to the connection that made it. */
  readonly connectionId: string;
  readonly inFlight: number;
  readonly info: ClientInfo;
  /** The functions that it has announced. First-protocol clients announce none. */
  readonly functionNames: readonly string[];
  /** Why it can't serve this request; undefined where it can. */
  rejectionCode(request: CallRequest): RejectionCode | undefined;
  /** The same as an error. Slow: a pool of thousands asks for codes, and for one error. */
  rejectionReason(request: CallRequest): CallError | undefined;
  /** Closes its connection, because the same instance has opened a newer one. */
  replace(): void;
}

export function tooBusy({ clientId, inFlight }: Client): CallError {
  return new CallError('overloaded', `client ${JSON.stringify(clientId)} has ${inFlight} calls in flight already`);
}
