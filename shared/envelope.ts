import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import { CallError } from './errors.ts';
import { MAX_MSG_ID_LENGTH } from './limits.ts';
import { wordIssues } from './word-issue.ts';

/** The envelope `{type, msgId, data}` of all messages, and reading it by schemas. */

// zod/mini has no messages by default: each error would read "Invalid input".
z.config(en());

/** Any JSON scalar, echoed unchanged. An answer to a message without msgId has none either. */
const MsgId = z.optional(z.union([z.string(), z.number(), z.boolean(), z.null()]));
const BoundedId = z.optional(
  z.union([z.string().check(z.maxLength(MAX_MSG_ID_LENGTH)), z.number(), z.boolean(), z.null()]),
);
export type MsgId = z.infer<typeof MsgId>;

export function message<const Type extends string, Data extends z.ZodMiniType>(type: Type, data: Data) {
  return z.object({ type: z.literal(type), msgId: MsgId, data });
}

/** A message of the second protocol to the relay. First-protocol ids, and ids that a relay echoes, may have any length. */
export function messageToRelay<const Type extends string, Data extends z.ZodMiniType>(type: Type, data: Data) {
  return z.object({ type: z.literal(type), msgId: BoundedId, data });
}

/** The msgId of an invalid message, for its error answer. Undefined if there is none to echo. */
export function msgIdOf(json: unknown): MsgId {
  const parsed = isObject(json) ? MsgId.safeParse((json as { msgId?: unknown }).msgId) : undefined;
  return parsed?.data;
}

/** @throws CallError `bad_request` */
export function typeOf(json: unknown): string {
  if (!isObject(json)) throw new CallError('bad_request', 'A message must be an object');
  const { type } = json as { type?: unknown };
  if (typeof type !== 'string') throw new CallError('bad_request', 'A message needs a type (a string)');
  return type;
}

// A long "type" is probably payload, which must not appear in logs.
export function quotedType(type: string): string {
  return type.length <= 40 ? JSON.stringify(type) : 'a long name';
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Parses outside data by a schema. Error messages start with `prefix`.
 *
 * @throws CallError `bad_request` naming the field and the fault. It quotes no values except numbers.
 */
export function read<Schema extends z.ZodMiniType>(
  schema: Schema,
  json: unknown,
  what: string,
  prefix = `${what}: `,
): z.infer<Schema> {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const words = wordIssues(parsed.error.issues, { schema, json, root: what, within: 'data' });
  throw new CallError('bad_request', words.startsWith(`${what} `) ? words : prefix + words);
}
