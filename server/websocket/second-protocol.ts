import { isObject } from '../../shared/envelope.ts';
import { CallError, type ErrorBody, isErrorCode } from '../../shared/errors.ts';
import type { JsonText } from '../../shared/json-text.ts';
import { HEARTBEAT_MS, MAX_BATCH_BYTES, MAX_FRAME_BYTES } from '../../shared/limits.ts';
import type { Outcome } from '../../shared/pending-calls.ts';
import type { ToRelay } from '../../shared/protocol.ts';
import type { EventText } from '../events/event-text.ts';
import { type Frame, frameAround } from '../flow/shared-frame.ts';
import type { SharedText } from '../flow/shared-text.ts';
import type { CallRequest } from '../routing/call-request.ts';
import type { Codec } from './codec.ts';
import type { IdText } from './id-text.ts';
import { messageFrame } from './message-frame.ts';

/** The second protocol: the JSON texts of what the relay says, and what clients' answers mean. */

export const HEARTBEAT = '{"type":"heartbeat","msgId":"","data":{}}';

export const secondProtocol: Codec = {
  protocol: 2,
  door: 'websocket_2',
  callFrame,
  // The relay's own id needs no escapes.
  cancelFrame: (id) => `{"type":"cancel","msgId":"${id}","data":{}}`,
  heartbeat: HEARTBEAT,
  answerFrame: (msgId, clientId, outcome: Outcome<JsonText>) =>
    outcome.ok ? resultFrame(msgId, clientId, outcome.value) : errorFrame(msgId, outcome.error.toJSON()),
};

export function readyFrame(msgId: IdText, timeoutMs: number): string {
  const limits = {
    maxFrameBytes: MAX_FRAME_BYTES,
    maxBatchBytes: MAX_BATCH_BYTES,
    heartbeatMs: HEARTBEAT_MS,
    timeoutMs,
  };
  return messageFrame('ready', msgId, JSON.stringify({ protocol: 2, limits }));
}

/** The relay's own id needs no escapes. */
function callFrame(id: string, fn: string, { args, target, caller }: CallRequest): string {
  const tab = target === undefined ? '' : `,"target":${JSON.stringify(target)}`;
  const data = `{"fn":${JSON.stringify(fn)},"args":${args}${tab},"caller":${callerText(caller)}}`;
  return `{"type":"call","msgId":"${id}","data":${data}}`;
}

function callerText({ via, token }: CallRequest['caller']): string {
  return token === undefined ? `{"via":"${via}"}` : `{"via":"${via}","token":${JSON.stringify(token)}}`;
}

function resultFrame(msgId: IdText, clientId: string, value: JsonText): string {
  return messageFrame('result', msgId, `{"clientId":${JSON.stringify(clientId)},"value":${value}}`);
}

/** `clients` is the JSON array, because one text serves all who ask. */
export function clientsFrame(msgId: IdText, clients: SharedText): Frame {
  return frameAround(messageFrame('clients', msgId, '{"clients":').slice(0, -1), clients, '}}');
}

/** The event comes as text, because one text serves all who watch. */
export function eventFrame(msgId: IdText, event: EventText): Frame {
  const head = messageFrame('event', msgId, `{"event":${event.head}`).slice(0, -1);
  return frameAround(head, event.shared, `${event.tail}}}`);
}

export function errorFrame(msgId: IdText, error: ErrorBody): string {
  return messageFrame('error', msgId, JSON.stringify(error));
}

/**
 * A code that the wire does not know tells callers nothing, and one that only the SDK says would deceive
 * them.
 */
export function errorOf({
  data: { code, message, details },
}: Extract<ToRelay, { kind: 'error' }>['message']): CallError {
  const isAnswer = isErrorCode(code) && code !== 'relay_disconnected';
  return new CallError(isAnswer ? code : 'internal', message, { details });
}

/** Whether it is an `init` of this protocol, whether it can be read or not. */
export function isSecondInit(json: unknown): boolean {
  if (!isObject(json) || !('type' in json) || json.type !== 'init' || !('data' in json)) return false;
  return isObject(json.data) && 'protocol' in json.data && json.data.protocol === 2;
}

/** Whether it is a call of this protocol, by its type alone: whether it can be read or not. */
export function isSecondCall(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'type' in json && json.type === 'call';
}
