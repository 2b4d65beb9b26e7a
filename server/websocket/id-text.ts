import type { MsgId } from '../../shared/envelope.ts';
import { detached, type JsonText, jsonText } from '../../shared/json-text.ts';

/** The JSON text of a caller's own id, which its answer repeats; undefined if its message has none. */
export type IdText = JsonText | undefined;

/**
 * Two ids are equal if their texts are: strings however they were escaped, numbers as they were written, because
 * `JSON.parse` makes the same of 9007199254740992 and 9007199254740993.
 */
export function idTextOf(msgId: MsgId, written: JsonText | undefined): IdText {
  if (typeof msgId === 'string') return jsonText(msgId);
  return msgId === undefined ? undefined : written && detached(written);
}
