import * as z from 'zod/mini';

/** Answer of `GET /api/stats`. Counts are totals since the relay started; compare two answers for rates. */
export const Stats = z.object({
  version: z.string(),
  /** When the relay started, RFC 3339. */
  startedAt: z.string(),
  /** Time of the answer by the relay's clock, RFC 3339. Use it to calculate rates. */
  at: z.string(),
  /** Who needs no token: nobody (`closed`), this machine (`local`), private networks (`private`), anyone (`public`). */
  open: z.enum(['closed', 'local', 'private', 'public']),
  connections: z.int(),
  calls: z.object({
    inFlight: z.int(),
    ok: z.int(),
    failed: z.int(),
    /** Histogram of successful calls. */
    durations: z.object({
      /** Upper bounds in ms, ascending. */
      boundsMs: z.array(z.number()),
      /** Calls per bucket, not cumulative. The last bucket holds calls above all bounds. */
      counts: z.array(z.int()),
    }),
  }),
});
export type Stats = z.infer<typeof Stats>;
