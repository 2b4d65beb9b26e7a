import * as z from 'zod/mini';
import { CallError, isErrorCode } from '../../../shared/errors.ts';
import { ErrorData, Target } from '../../../shared/protocol.ts';
import { isFiniteNumber } from '../../../shared/quick-read.ts';
import { RelayEvent } from '../../../shared/relay-event.ts';
import { CallShape } from '../can-serve.ts';
import { ClientsPart } from '../client-parts.ts';

/** What nodes say to each other, many messages a packet. Each call that a node asks of another has an id of the asking node's. */

const id = z.string();

/** Asks for a call: at most one node executes it, and it is never sent twice unless it was `refused`. */
const CallMessage = z.object({
  t: z.literal('call'),
  id,
  clientId: z.string(),
  fn: z.optional(z.string()),
  args: z.array(z.unknown()),
  target: z.optional(Target),
  timeoutMs: z.number(),
  caller: z.object({ via: z.enum(['websocket', 'http']), token: z.optional(z.string()) }),
});
export type CallMessage = z.infer<typeof CallMessage>;

const NodeMessage = z.discriminatedUnion('t', [
  CallMessage,
  z.object({ t: z.literal('cancel'), id }),
  z.object({ t: z.literal('result'), id, value: z.optional(z.unknown()) }),
  /** What comes before a result that is larger than a message may be. */
  z.object({ t: z.literal('part'), id, value: z.unknown() }),
  z.object({ t: z.literal('error'), id, error: ErrorData }),
  /** The call was not executed, nor will it be: another node may. */
  z.object({ t: z.literal('refused'), id, error: ErrorData }),
  /** Whether the other node can take such a call. */
  z.extend(CallShape, { t: z.literal('who-can'), id, clientId: z.string() }),
  /** Asks for the clients that serve at the other node: all, or those of one clientId. The answer is a ClientsPart, as each part before it. */
  z.object({ t: z.literal('list'), id, clientId: z.optional(z.string()) }),
  /** Whether the other node is to tell what happens there; first it tells who serves. */
  z.object({ t: z.literal('watch'), on: z.boolean() }),
  z.extend(ClientsPart, { t: z.literal('serving') }),
  z.object({ t: z.literal('event'), clientId: z.string(), event: RelayEvent }),
  /** A sign of life; who has nothing else to say answers with `alive`. */
  z.object({ t: z.literal('beat') }),
  z.object({ t: z.literal('alive') }),
  /** Something from the other node was lost. */
  z.object({ t: z.literal('gap') }),
  /** Which of these ids the other node knows nothing of, whose question or answer was lost, is `unknown`. */
  z.object({ t: z.literal('still'), ids: z.array(id) }),
  z.object({ t: z.literal('unknown'), ids: z.array(id) }),
]);
export type NodeMessage = z.infer<typeof NodeMessage>;

/** Undefined where it is none. */
export function parseNodeMessage(json: unknown): NodeMessage | undefined {
  return quickRead(json) ?? parseWithSchema(json);
}

/** The same without the short way: what that is held to. */
export function parseWithSchema(json: unknown): NodeMessage | undefined {
  return NodeMessage.safeParse(json).data;
}

/**
 * What the schema makes of calls and good answers, at a tenth of the time: those come by the tens of thousands in a second. Undefined
 * for whatever is not plainly one of those.
 */
function quickRead(json: unknown): NodeMessage | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  const { t, id, value, clientId, fn, args, target, timeoutMs, caller } = json as Record<string, unknown>;
  if (typeof id !== 'string') return undefined;
  if (t === 'result') return value === undefined ? undefined : { t, id, value };
  if (t !== 'call' || typeof clientId !== 'string' || !Array.isArray(args)) return undefined;
  if (fn !== undefined && typeof fn !== 'string') return undefined;
  if (target !== undefined || !isFiniteNumber(timeoutMs) || !isCaller(caller)) return undefined;
  return { t, id, clientId, fn, args, timeoutMs, caller };
}

function isCaller(caller: unknown): caller is CallMessage['caller'] {
  if (typeof caller !== 'object' || caller === null) return false;
  const { via, token } = caller as { via?: unknown; token?: unknown };
  return (via === 'websocket' || via === 'http') && (token === undefined || typeof token === 'string');
}

export function writeNodeMessage(message: NodeMessage): string {
  return JSON.stringify(message);
}

/** An error as another node told it; a code of a newer node tells nothing here. */
export function errorFrom({ code, message, details }: z.infer<typeof ErrorData>): CallError {
  return new CallError(isErrorCode(code) ? code : 'internal', message, { details });
}
