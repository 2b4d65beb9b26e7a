import * as z from 'zod/mini';

/** What `GET /api/stats` tells. Counts are since the relay started: what two answers differ by is what happened between them. */
export const Stats = z.object({
  version: z.string(),
  /** When the relay started, RFC 3339. */
  startedAt: z.string(),
  /** When this was told, RFC 3339: rates are to be had from the relay's own clock. */
  at: z.string(),
  /** Who is let in without a token: nobody (`closed`), this machine (`local`), private networks (`private`), anyone (`public`). */
  open: z.enum(['closed', 'local', 'private', 'public']),
  connections: z.int(),
  calls: z.object({
    inFlight: z.int(),
    ok: z.int(),
    failed: z.int(),
    /** How long those took that ended well. */
    durations: z.object({
      /** Upper bounds in ms, ascending. */
      boundsMs: z.array(z.number()),
      /** How many calls fell below each bound and not below the one before it; the last of these took longer than all bounds. */
      counts: z.array(z.int()),
    }),
  }),
});
export type Stats = z.infer<typeof Stats>;
