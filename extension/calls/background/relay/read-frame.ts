import { isObject, type MsgId, msgIdOf } from '../../../../shared/envelope.ts';
import { CallError } from '../../../../shared/errors.ts';
import { detached, type JsonText, JsonTexts, NULL_TEXT } from '../../../../shared/json-text.ts';
import { MAX_FRAME_MESSAGES } from '../../../../shared/limits.ts';
import { parseFrame } from '../../../../shared/parse-frame.ts';
import { parseToClient } from '../../../../shared/parse-message.ts';
import type { ToClient } from '../../../../shared/protocol.ts';

type Call = Extract<ToClient, { type: 'call' }>;

/** A message of the relay. The arguments of a call stay text: the page parses them. */
export type FromRelay =
  | Exclude<ToClient, Call>
  | (Omit<Call, 'data'> & { data: Omit<Call['data'], 'args'> & { args: JsonText } });

/** One message of a frame, or why it is invalid and to which call it belongs. */
export type FrameItem = { ok: true; message: FromRelay } | { ok: false; msgId: MsgId; error: CallError };

/** Parses a frame of the relay. An invalid message does not affect the others. */
export function* readFrame(text: string): Generator<FrameItem, void> {
  let messages: unknown[];
  try {
    ({ messages } = parseFrame(text));
  } catch (error) {
    yield { ok: false, msgId: undefined, error: CallError.from(error) };
    return;
  }
  if (messages.length > MAX_FRAME_MESSAGES) {
    const error = new CallError('bad_request', `The frame has more than ${MAX_FRAME_MESSAGES} messages`);
    yield { ok: false, msgId: undefined, error };
    return;
  }
  const texts = new JsonTexts(text);
  for (const json of messages) yield readMessage(json, texts.next([], ['args']).args);
}

function readMessage(json: unknown, args = NULL_TEXT): FrameItem {
  try {
    const message = parseToClient(json);
    if (message.type !== 'call') return { ok: true, message };
    return { ok: true, message: { ...message, data: { ...message.data, args: detached(args) } } };
  } catch (error) {
    // Only a call needs an error answer. An unknown message that carries a call's id must not end that
    // call.
    return { ok: false, msgId: isCall(json) ? msgIdOf(json) : undefined, error: CallError.from(error) };
  }
}

function isCall(json: unknown): boolean {
  return isObject(json) && (json as { type?: unknown }).type === 'call';
}
