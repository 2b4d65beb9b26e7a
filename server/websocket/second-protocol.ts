import type { MsgId } from '../../shared/envelope.ts';
import { CallError, type ErrorBody, isErrorCode } from '../../shared/errors.ts';
import { HEARTBEAT_MS, MAX_BATCH_BYTES, MAX_FRAME_BYTES } from '../../shared/limits.ts';
import type { Outcome } from '../../shared/pending-calls.ts';
import type { ToCaller, ToClient, ToRelay } from '../../shared/protocol.ts';
import type { EventText } from '../events/event-text.ts';
import { type Frame, frameAround } from '../flow/shared-frame.ts';
import type { SharedText } from '../flow/shared-text.ts';
import type { CallRequest } from '../routing/call-request.ts';
import type { Codec } from './codec.ts';

/** The second protocol: the JSON texts of what the relay says, and what clients' answers mean. */

const text = (message: ToClient | ToCaller): string => JSON.stringify(message);

export const HEARTBEAT = text({ type: 'heartbeat', msgId: '', data: {} });

export const secondProtocol: Codec = {
  protocol: 2,
  door: 'websocket_2',
  callFrame,
  cancelFrame: (msgId) => text({ type: 'cancel', msgId, data: {} }),
  heartbeat: HEARTBEAT,
  answerFrame: (msgId, clientId, outcome: Outcome<unknown>) =>
    outcome.ok ? resultFrame(msgId, clientId, outcome.value) : errorFrame(msgId, outcome.error.toJSON()),
};

export function readyFrame(msgId: MsgId, timeoutMs: number): string {
  const limits = {
    maxFrameBytes: MAX_FRAME_BYTES,
    maxBatchBytes: MAX_BATCH_BYTES,
    heartbeatMs: HEARTBEAT_MS,
    timeoutMs,
  };
  return text({ type: 'ready', msgId, data: { protocol: 2, limits } });
}

/**
 * Joined by hand, as results are: the envelope's text takes longer to make than most values'. `msgId` needs
 * no escapes.
 */
function callFrame(msgId: string, fn: string, { args, target, caller }: CallRequest): string {
  const tab = target === undefined ? '' : `,"target":${JSON.stringify(target)}`;
  const data = `{"fn":${JSON.stringify(fn)},"args":${JSON.stringify(args)}${tab},"caller":${callerText(caller)}}`;
  return `{"type":"call","msgId":"${msgId}","data":${data}}`;
}

function callerText({ via, token }: CallRequest['caller']): string {
  return token === undefined ? `{"via":"${via}"}` : `{"via":"${via}","token":${JSON.stringify(token)}}`;
}

function resultFrame(msgId: MsgId, clientId: string, value: unknown): string {
  if (msgId === undefined || value === undefined) return text({ type: 'result', msgId, data: { clientId, value } });
  const data = `{"clientId":${JSON.stringify(clientId)},"value":${JSON.stringify(value)}}`;
  return `{"type":"result","msgId":${JSON.stringify(msgId)},"data":${data}}`;
}

/** `clients` is the JSON array, because one text serves all who ask. */
export function clientsFrame(msgId: MsgId, clients: SharedText): Frame {
  const envelope = JSON.stringify({ type: 'clients', msgId, data: {} });
  return frameAround(`${envelope.slice(0, -2)}"clients":`, clients, '}}');
}

/** The event comes as text, because one text serves all who watch. */
export function eventFrame(msgId: MsgId, event: EventText): Frame {
  const envelope = JSON.stringify({ type: 'event', msgId, data: {} });
  return frameAround(`${envelope.slice(0, -2)}"event":${event.head}`, event.shared, `${event.tail}}}`);
}

export function errorFrame(msgId: MsgId, error: ErrorBody): string {
  return text({ type: 'error', msgId, data: error });
}

export function resultValue({ data }: Extract<ToRelay, { kind: 'result' }>['message']): unknown {
  return data.value ?? null;
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

/** Whether it is a call of this protocol, by its type alone: whether it can be read or not. */
export function isSecondCall(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'type' in json && json.type === 'call';
}
