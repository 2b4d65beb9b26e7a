import * as z from 'zod/mini';
import { CallError, isErrorCode } from '../../../shared/errors.ts';
import { type JsonText, NULL_TEXT, type Texts } from '../../../shared/json-text.ts';
import { ErrorData, Target } from '../../../shared/protocol.ts';
import { isFiniteNumber } from '../../../shared/quick-read.ts';
import { RelayEvent } from '../../../shared/relay-event.ts';
import { CallShape } from '../can-serve.ts';
import { ClientsPart } from '../client-parts.ts';

/** The messages between nodes, many a packet. The requesting node chooses a call's id. */

const id = z.string();

/** Requests a call. At most one node executes it; it is sent to another node only after `refused`. */
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
type ReadCall = z.infer<typeof CallMessage>;
/** `args`: the JSON array of the arguments. */
export type CallMessage = Omit<ReadCall, 'args'> & { args: JsonText; argCount: number };

const ReadMessage = z.discriminatedUnion('t', [
  CallMessage,
  z.object({ t: z.literal('cancel'), id }),
  /** The call was given to its client. Said of long arguments only, which the requesting node then drops. */
  z.object({ t: z.literal('accepted'), id }),
  z.object({ t: z.literal('result'), id, value: z.optional(z.unknown()) }),
  /** A part of a result that is too large for one message. */
  z.object({ t: z.literal('part'), id, value: z.unknown() }),
  z.object({ t: z.literal('error'), id, error: ErrorData }),
  /** The call was not executed, and never will be here. Another node may execute it. */
  z.object({ t: z.literal('refused'), id, error: ErrorData }),
  /** Asks whether the other node can serve a call. */
  z.extend(CallShape, { t: z.literal('can_serve'), id, clientId: z.string() }),
  /** Requests the other node's clients, or those of one clientId. The answer comes as ClientsParts. */
  z.object({ t: z.literal('list'), id, clientId: z.optional(z.string()) }),
  /** Starts or stops events of the other node. It first sends its list of clients. */
  z.object({ t: z.literal('watch'), on: z.boolean() }),
  z.extend(ClientsPart, { t: z.literal('clients') }),
  z.object({ t: z.literal('event'), clientId: z.string(), event: RelayEvent }),
  /** A heartbeat, answered with `alive` if nothing else is sent. */
  z.object({ t: z.literal('beat') }),
  z.object({ t: z.literal('alive') }),
  /** Packets of the other node were lost. */
  z.object({ t: z.literal('packets_lost') }),
  /** Asks which of these pending ids the other node does not know. It answers with `unknown`: those were lost. */
  z.object({ t: z.literal('pending_check'), ids: z.array(id) }),
  z.object({ t: z.literal('unknown'), ids: z.array(id) }),
]);
type ReadMessage = z.infer<typeof ReadMessage>;

/** Values are JSON text, as their sender wrote it. */
export type NodeMessage =
  | Exclude<ReadMessage, { t: 'call' | 'result' | 'part' }>
  | CallMessage
  | { t: 'result' | 'part'; id: string; value: JsonText };

/** Names of the members that stay text. */
export const TEXT_MEMBERS = ['args', 'value'] as const;
type NodeTexts = Texts<(typeof TEXT_MEMBERS)[number]>;

/** Undefined if it is not a message between nodes. */
export function parseNodeMessage(json: unknown, texts: NodeTexts): NodeMessage | undefined {
  return quickRead(json, texts) ?? parseWithSchema(json, texts);
}

/** The same without the fast path. Tests compare the two. */
export function parseWithSchema(json: unknown, { args, value = NULL_TEXT }: NodeTexts): NodeMessage | undefined {
  const message = ReadMessage.safeParse(json).data;
  switch (message?.t) {
    case 'call':
      // `as`: the schema has found an array there.
      return { ...message, args: args as JsonText, argCount: message.args.length };
    case 'result':
    case 'part':
      return { t: message.t, id: message.id, value };
    default:
      return message;
  }
}

/**
 * Fast path for calls and results, in a tenth of the schema's time: tens of thousands come each second. Undefined
 * for everything else, which the schema then reads.
 */
function quickRead(json: unknown, texts: NodeTexts): NodeMessage | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  const { t, id, clientId, fn, args, target, timeoutMs, caller } = json as Record<keyof ReadCall, unknown>;
  if (typeof id !== 'string') return undefined;
  if (t === 'result') return texts.value === undefined ? undefined : { t, id, value: texts.value };
  if (t !== 'call' || typeof clientId !== 'string' || !Array.isArray(args) || !texts.args) return undefined;
  if (fn !== undefined && typeof fn !== 'string') return undefined;
  if (target !== undefined || !isFiniteNumber(timeoutMs) || !isCaller(caller)) return undefined;
  return { t, id, clientId, fn, args: texts.args, argCount: args.length, timeoutMs, caller };
}

function isCaller(caller: unknown): caller is CallMessage['caller'] {
  if (typeof caller !== 'object' || caller === null) return false;
  const { via, token } = caller as { via?: unknown; token?: unknown };
  return (via === 'websocket' || via === 'http') && (token === undefined || typeof token === 'string');
}

export function writeNodeMessage(message: NodeMessage): string {
  switch (message.t) {
    case 'call': {
      const { args, argCount: _, ...rest } = message;
      return `${JSON.stringify(rest).slice(0, -1)},"args":${args}}`;
    }
    case 'result':
    case 'part':
      return `{"t":"${message.t}","id":${JSON.stringify(message.id)},"value":${message.value}}`;
    default:
      return JSON.stringify(message);
  }
}

/** An error from another node. Unknown codes, of newer nodes, become `internal`. */
export function errorFrom({ code, message, details }: z.infer<typeof ErrorData>): CallError {
  return new CallError(isErrorCode(code) ? code : 'internal', message, { details });
}
