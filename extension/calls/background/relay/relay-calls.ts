import type { MsgId } from '../../../../shared/envelope.ts';
import { CallError } from '../../../../shared/errors.ts';
import { isTooComplex } from '../../../../shared/json-shape.ts';
import { type JsonText, jsonText, nesting } from '../../../../shared/json-text.ts';
import { MAX_FRAME_BYTES, MAX_NESTING } from '../../../../shared/limits.ts';
import { isLargerThan } from '../../../../shared/pack-frames.ts';
import type { Outcome } from '../../../../shared/pending-calls.ts';
import type { CallRequest, RunCall } from '../run-call.ts';

/**
 * The relay's running calls by msgId. Each is answered once, over the connection it came by, or not at all.
 */
export class RelayCalls {
  readonly #runCall: RunCall;
  readonly #send: (text: string) => void;
  readonly #running = new Map<MsgId, () => void>();

  constructor(runCall: RunCall, send: (text: string) => void) {
    this.#runCall = runCall;
    this.#send = send;
  }

  start(msgId: MsgId, request: CallRequest): void {
    // Ids are unique. If one repeats, the first call is cancelled, because the answers could not be told
    // apart.
    this.cancel(msgId);
    let settled = false;
    const drop = this.#runCall(request, (outcome) => {
      settled = true;
      this.#running.delete(msgId);
      this.#send(answerText(msgId, outcome));
    });
    if (!settled) this.#running.set(msgId, drop);
  }

  /** The relay has answered the caller already: a late answer is not sent. */
  cancel(msgId: MsgId): void {
    this.#running.get(msgId)?.();
    this.#running.delete(msgId);
  }

  /** The connection was lost, and the relay has failed its calls. */
  cancelAll(): void {
    for (const drop of this.#running.values()) drop();
    this.#running.clear();
  }
}

function answerText(msgId: MsgId, outcome: Outcome<JsonText>): string {
  if (!outcome.ok) return errorText(msgId, outcome.error);
  const { value } = outcome;
  // Only a page that forges answers writes such a value. The relay would drop the whole frame.
  if (value.length > MAX_NESTING && nesting(value) > MAX_NESTING)
    return errorText(msgId, new CallError('result_not_serializable', 'the result is nested too deep'));
  const text = `{"type":"result","msgId":${jsonText(msgId)},"data":{"value":${value}}}`;
  if (isTooComplex(text))
    return errorText(
      msgId,
      new CallError('message_too_large', 'The result has too many values, objects or names in it'),
    );
  return isLargerThan(text, MAX_FRAME_BYTES) ? errorText(msgId, tooLarge('result')) : text;
}

function errorText(msgId: MsgId, error: CallError): string {
  const text = stringify({ type: 'error', msgId, data: error });
  if (text !== undefined && !isLargerThan(text, MAX_FRAME_BYTES) && !isTooComplex(text)) return text;
  return JSON.stringify({ type: 'error', msgId, data: tooLarge('error') });
}

function stringify(message: object): string | undefined {
  try {
    return JSON.stringify(message);
  } catch {
    // JSON.parse accepts deeper nesting than JSON.stringify: only a page that forges answers gets here.
    return undefined;
  }
}

function tooLarge(what: string): CallError {
  return new CallError('message_too_large', `The ${what} is larger than ${MAX_FRAME_BYTES} bytes`);
}
