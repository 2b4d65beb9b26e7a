import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import { CallError } from './errors.ts';
import { wordIssues } from './word-issue.ts';

/** What all messages of both protocols have in common, `{type, msgId, data}`, and how they are read. */

// zod/mini ships no texts: without them each complaint would read "Invalid input".
z.config(en());

/** Any JSON scalar, echoed as it came. A message without one is answered without one. */
const MsgId = z.optional(z.union([z.string(), z.number(), z.boolean(), z.null()]));
export type MsgId = z.infer<typeof MsgId>;

export function message<const Type extends string, Data extends z.ZodMiniType>(type: Type, data: Data) {
  return z.object({ type: z.literal(type), msgId: MsgId, data });
}

/**
 * Whether two ids that are equal here were equal on the wire. JSON.parse reads 9007199254740992 and 9007199254740993 as one
 * number.
 */
export function isExactId(msgId: MsgId): boolean {
  return typeof msgId !== 'number' || !Number.isInteger(msgId) || Number.isSafeInteger(msgId);
}

/** The msgId of a message that could not be read, for its error answer; undefined where there is none to echo. */
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

// What is long is no type, but something else in its place, which no log is to quote.
export function quotedType(type: string): string {
  return type.length <= 40 ? JSON.stringify(type) : 'so long a name';
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads outside data with a schema. `what` it is stands before the message; a request's parts are named in the message alone.
 *
 * @throws CallError `bad_request` that says which field is wrong and how, and quotes no value but numbers
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
