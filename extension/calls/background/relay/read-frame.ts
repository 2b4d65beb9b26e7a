import { isObject, type MsgId, msgIdOf } from '../../../../shared/envelope.ts';
import { CallError } from '../../../../shared/errors.ts';
import { MAX_FRAME_MESSAGES } from '../../../../shared/limits.ts';
import { parseFrame } from '../../../../shared/parse-frame.ts';
import { parseToClient } from '../../../../shared/parse-message.ts';
import type { ToClient } from '../../../../shared/protocol.ts';

/** One message of a frame, or why it is invalid and to which call it belongs. */
export type FrameItem = { ok: true; message: ToClient } | { ok: false; msgId: MsgId; error: CallError };

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
  for (const json of messages) yield readMessage(json);
}

function readMessage(json: unknown): FrameItem {
  try {
    return { ok: true, message: parseToClient(json) };
  } catch (error) {
    // Only a call needs an error answer. An unknown message that carries a call's id must not end that
    // call.
    return { ok: false, msgId: isCall(json) ? msgIdOf(json) : undefined, error: CallError.from(error) };
  }
}

function isCall(json: unknown): boolean {
  return isObject(json) && (json as { type?: unknown }).type === 'call';
}
