import * as z from 'zod/mini';
import { CallError, isErrorCode } from '../../shared/errors.ts';
import { ErrorData, RelayEvent, Target } from '../../shared/protocol.ts';

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
  z.object({ t: z.literal('error'), id, error: ErrorData }),
  /** The call was not executed, nor will it be: another node may. */
  z.object({ t: z.literal('refused'), id, error: ErrorData }),
  /** Asks for the clients that serve at the other node: all, or those of one clientId. */
  z.object({ t: z.literal('list'), id, clientId: z.optional(z.string()) }),
  /** Whether the other node is to tell what happens there; first it tells who serves. */
  z.object({ t: z.literal('watch'), on: z.boolean() }),
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
  return NodeMessage.safeParse(json).data;
}

export function writeNodeMessage(message: NodeMessage): string {
  return JSON.stringify(message);
}

/** An error as another node told it; a code of a newer node tells nothing here. */
export function errorFrom({ code, message, details }: z.infer<typeof ErrorData>): CallError {
  return new CallError(isErrorCode(code) ? code : 'internal', message, { details });
}
