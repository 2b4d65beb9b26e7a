import * as z from 'zod/mini';
import { Args, Target, TimeoutMs } from '../../../shared/protocol.ts';
import { strict } from '../../../shared/unknown-field.ts';

/** Like `target` in a message, but unknown fields are rejected. */
export const CallTarget = strict(Target);

/** The JSON body of a call over HTTP. Strict: a misspelt `args` must not become a call without arguments. */
export const CallBody = z.strictObject({
  args: z._default(Args, []),
  timeoutMs: z.optional(TimeoutMs),
  target: z.optional(CallTarget),
});
