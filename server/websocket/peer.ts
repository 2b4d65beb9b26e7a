import type { Grant } from '../access/grant.ts';
import type { FrameWriter } from '../flow/frames.ts';

/** Who is at the other end of a connection, for the parts that the connection is made of. They hold this and what all connections share, nothing else. */
export interface Peer {
  /** Names its connection in the log and to callers, who learn nothing else from it. */
  readonly id: string;
  readonly grant: Grant;
  readonly frames: FrameWriter;
  /** Ends the connection's part in everything now, whenever the peer answers the close. */
  close(code: number, reason: string): void;
}
