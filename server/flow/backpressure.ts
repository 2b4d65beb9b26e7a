/**
 * Why a slow consumer is evicted. `own`: its send buffer is over the limit. `all`: all send buffers together are
 * over the limit, and its own is among the largest. `stalled`: it has read nothing for too long.
 */
export const EVICTION_REASONS = ['own', 'all', 'stalled'] as const;
export type EvictionReason = (typeof EVICTION_REASONS)[number];

/** What becomes of a peer that reads slowly. */
export interface Backpressure {
  /** Past so much that waits for it, calls are refused; past LOST_FACTOR times as much it is lost. */
  readonly maxUnread: number;
  /** Something waits for it. Said often, and only of those of which not all has left at once. */
  markBacklogged(): void;
  /** So much waited for it, and what had not left has been dropped: it is to be told and closed. */
  onEvicted(unread: number, why: EvictionReason): void;
}
