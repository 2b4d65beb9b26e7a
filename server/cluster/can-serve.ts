import * as z from 'zod/mini';
import { CallError } from '../../shared/errors.ts';
import { jsonText } from '../../shared/json-text.ts';
import { ErrorData, Target } from '../../shared/protocol.ts';
import type { CallRequest } from '../routing/call-request.ts';
import type { Clients } from '../routing/clients.ts';

/** What decides whether a client can serve a call. `args` is the number of arguments, at most two. */
export const CallShape = z.object({
  fn: z.optional(z.string()),
  target: z.optional(Target),
  args: z.int().check(z.minimum(0), z.maximum(2)),
});
type CallShape = z.infer<typeof CallShape>;

/** A node's answer to a probe. It can serve the call if there is no refusal. */
export const CanServe = z.object({ refusal: z.optional(ErrorData) });

export function shapeOf({ fn, target, argCount }: CallRequest): CallShape {
  return { fn, target, args: Math.min(argCount, 2) };
}

/** This node's answer to a probe. */
export function canServe(
  clients: Clients,
  clientId: string,
  { fn, target, args }: CallShape,
): z.infer<typeof CanServe> {
  const call = {
    clientId,
    fn,
    target,
    args: jsonText([]),
    argCount: args,
    timeoutMs: undefined,
    from: undefined,
    budget: undefined,
  };
  const picked = clients.pick({ ...call, caller: { via: 'http', token: undefined }, door: undefined });
  return picked instanceof CallError ? { refusal: picked.toJSON() } : {};
}
