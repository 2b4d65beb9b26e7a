import { CallError } from '../../shared/errors.ts';
import { type MsgId, msgIdOf, parseFrame, parseToClient, type ToClient } from '../../shared/protocol.ts';

/** One message of a frame: read, or why it can't be and whose it was. */
export type FrameItem = { ok: true; message: ToClient } | { ok: false; msgId: MsgId; error: CallError };

/** Reads a frame of the relay; what makes no sense spoils no other message. */
export function readFrame(text: string): FrameItem[] {
  try {
    return parseFrame(text).messages.map(readMessage);
  } catch (error) {
    return [{ ok: false, msgId: undefined, error: CallError.from(error) }];
  }
}

function readMessage(json: unknown): FrameItem {
  try {
    return { ok: true, message: parseToClient(json) };
  } catch (error) {
    return { ok: false, msgId: msgIdOf(json), error: CallError.from(error) };
  }
}
