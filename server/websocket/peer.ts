import type { PendingCalls } from '../../shared/pending-calls.ts';
import type { Grant } from '../access/grant.ts';
import type { FrameWriter } from '../flow/frames.ts';
import type { CallIds } from '../routing/call-ids.ts';

/** Who is at the other end of a connection, for the parts that the connection is made of. They hold this and what all connections share, nothing else. */
export interface Peer {
  /** Names its connection in the log and to callers, who learn nothing else from it. */
  readonly id: string;
  readonly grant: Grant;
  readonly frames: FrameWriter;
  /** Ends the connection's part in everything now, whenever the peer answers the close. */
  close(code: number, reason: string): void;
}

/** What the clients of a connection share: they come and go with each `init`, their calls stay with the connection. */
export interface Serving {
  readonly peer: Peer;
  readonly deps: { readonly ids: CallIds; readonly maxInFlight: number };
  readonly asked: PendingCalls<string, unknown>;
  readonly inFlight: number;
  readonly connectedAt: string;
}
