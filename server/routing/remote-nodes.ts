import type { CallError } from '../../shared/errors.ts';
import type { Call } from './call.ts';

/** The other nodes, as far as the router needs them. */
export interface RemoteNodes {
  /** Sends a call to another node. `rejection` makes the error for a call that no other node can serve either. */
  forward(call: Call, rejection: () => CallError, timeoutMs: number): void;
}
