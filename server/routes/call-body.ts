import * as z from 'zod/mini';
import { Args, Target, TimeoutMs } from '../../shared/protocol.ts';

/** The JSON body of a call by HTTP. */
export const CallBody = z.object({
  args: z._default(Args, []),
  timeoutMs: z.optional(TimeoutMs),
  target: z.optional(Target),
});
