import { CallError } from '../../shared/errors.ts';
import { shapeOfLong } from '../../shared/json-shape.ts';
import { type JsonText, JsonTexts, nesting, type Texts } from '../../shared/json-text.ts';
import { MAX_BATCH_BYTES, MAX_FRAME_MESSAGES, MAX_NESTING } from '../../shared/limits.ts';
import { parseFrame } from '../../shared/parse-frame.ts';
import { withoutBom } from '../../shared/without-bom.ts';

/** Deeper frames are not parsed: eight million brackets would block the process for seconds. */
const MAX_PARSED_DEPTH = 10_000;

/** The levels around `msg` (message, data) and around an argument (message, data, args). */
const ENVELOPE = 2;
const CALL_ENVELOPE = 3;

/** Too short to hold a value that is too deep. */
const isShort = (text: string): boolean => text.length < 2 * MAX_NESTING;

/** The depth of a text, which is scanned once: a large one for what else takes long as well. @throws CallError */
function depthOf(text: string): number {
  if (isShort(text)) return 0;
  const shape = shapeOfLong(text);
  if (shape?.isTooComplex)
    throw new CallError('message_too_large', 'the message has too many values, objects or different names in it');
  return shape?.depth ?? nesting(text);
}

/** The parts of a message that the relay passes on as they were written. */
export type MessageTexts = Texts<'msgId' | (typeof IN_DATA)[number]>;
const IN_DATA = ['args', 'value', 'msg'] as const;

export interface Frame {
  readonly messages: readonly unknown[];
  /** Call it once for each message, in their order. */
  readonly nextTexts: () => MessageTexts;
  readonly batched: boolean;
  /** Whether each message must pass `checkNesting`. */
  readonly mayBeDeep: boolean;
}

/**
 * @throws CallError `bad_request` if the frame can't be read, `message_too_large` if it is an array over
 * MAX_BATCH_BYTES, or too complex
 */
export function readFrame(bytes: Buffer): Frame {
  const text = bytes.toString('utf8');
  if (bytes.length > MAX_BATCH_BYTES && /^\ufeff?\s*\[/.test(text))
    throw new CallError('message_too_large', `an array frame is larger than ${MAX_BATCH_BYTES} bytes`);
  const depth = depthOf(text);
  if (depth > MAX_PARSED_DEPTH) throw tooDeep();
  const mayBeDeep = depth > MAX_NESTING + ENVELOPE;
  const { messages, batched } = parseFrame(text);
  if (messages.length > MAX_FRAME_MESSAGES)
    throw new CallError('bad_request', `The frame has more than ${MAX_FRAME_MESSAGES} messages`);
  const texts = new JsonTexts(text);
  return { messages, nextTexts: () => texts.next(['msgId'], IN_DATA), batched, mayBeDeep };
}

/** @throws CallError `bad_request` for a message whose values nest deeper than MAX_NESTING. */
export function checkNesting(message: unknown): void {
  const isCall = typeof message === 'object' && message !== null && 'type' in message && message.type === 'call';
  if (isDeeperThan(message, MAX_NESTING + (isCall ? CALL_ENVELOPE : ENVELOPE))) throw tooDeep();
}

/** JSON of an HTTP body: `{args: […]}` is two levels. @throws CallError `bad_request` */
export function parseBody(body: string): { json: unknown; text: JsonText } {
  const text = withoutBom(body);
  if (depthOf(text) > MAX_NESTING + ENVELOPE) throw tooDeep();
  try {
    // `as`: JSON.parse has read it.
    return { json: JSON.parse(text), text: text as JsonText };
  } catch (cause) {
    throw new CallError('bad_request', 'The body is not JSON', { cause });
  }
}

function tooDeep(): CallError {
  return new CallError('bad_request', `The message is nested more than ${MAX_NESTING} deep`);
}

// Recursion is bounded by `levels`.
function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  for (const item of Object.values(value)) if (isDeeperThan(item, levels - 1)) return true;
  return false;
}
