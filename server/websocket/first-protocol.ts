import { CallError, type ErrorBody } from '../../shared/errors.ts';
import { type JsonText, jsonText, memberText, NULL_TEXT } from '../../shared/json-text.ts';
import type { Outcome } from '../../shared/pending-calls.ts';
import type { FirstAnswer } from '../../shared/protocol.ts';
import type { Codec } from './codec.ts';
import type { IdText } from './id-text.ts';
import { messageFrame } from './message-frame.ts';

/**
 * The first protocol's frames and how they match the second's calls. Frozen: scripts and programs that nobody
 * can change any more read these bytes. golden/ holds them.
 */

export const firstProtocol: Codec = {
  protocol: 1,
  door: 'websocket_1',
  // Its functions take one argument, which is all that the brackets hold. The id needs no escapes.
  callFrame: (id, _fn, { args }) =>
    `{"type":"decrypt","msgId":"${id}","data":${withoutUndefined(args.slice(1, -1).trim() as JsonText)}}`,
  // Its clients would take any frame for a call.
  cancelFrame: () => undefined,
  heartbeat: undefined,
  answerFrame,
};

/** relay → caller: the one answer of its call. `clientId` is echoed as the caller wrote it. */
function answerFrame(msgId: IdText, clientId: string, outcome: Outcome<JsonText>): string {
  const client = `{"clientId":${JSON.stringify(clientId)}`;
  const data = outcome.ok
    ? `${client},"msg":${withoutUndefined(outcome.value)},"flag":true}`
    : `${client},"msg":${failedMsg(outcome.error)},"flag":false,"error":${codeAndMessage(outcome.error)}}`;
  return messageFrame('decrypt', msgId, data);
}

/** What a client's answer means: its value, or that the page's function failed. */
export function outcomeOf({ msg, flag, error }: FirstAnswer['data'], text: JsonText | undefined): Outcome<JsonText> {
  if (flag) return { ok: true, value: text ?? NULL_TEXT };
  // What the client sent as `msg` is kept, so that a first-protocol caller gets it as it came.
  const details = msg === undefined || msg === null ? undefined : { msg };
  return { ok: false, error: new CallError('function_threw', complaintOf(error, msg), { details }) };
}

/** Of a message that could not be read: what an answer needs, if it was meant as a call. */
export function unreadCallIn(json: unknown): { clientId: string } | undefined {
  if (!isObject(json) || !('type' in json) || json.type !== 'decrypt') return undefined;
  const data = 'data' in json && isObject(json.data) ? json.data : {};
  if ('flag' in data && typeof data.flag === 'boolean') return undefined;
  return { clientId: 'clientId' in data && typeof data.clientId === 'string' ? data.clientId : '' };
}

// JSON has no undefined, and the first protocol has no tags: null stands for it.
function withoutUndefined(value: JsonText): JsonText {
  const tag = value.startsWith('{') ? memberText(value, '$type') : undefined;
  return tag?.startsWith('"') && JSON.parse(tag) === 'undefined' ? NULL_TEXT : value;
}

function failedMsg({ code, details }: CallError): JsonText {
  return code === 'function_threw' && isObject(details) && 'msg' in details ? jsonText(details.msg) : NULL_TEXT;
}

// The form is frozen: `details` has no place in it.
function codeAndMessage({ code, message }: CallError): string {
  return JSON.stringify({ code, message } satisfies ErrorBody);
}

const LONGEST_COMPLAINT = 1_000;

function complaintOf(error: unknown, msg: unknown): string {
  const said = isObject(error) && 'message' in error ? error.message : error;
  const text = typeof said === 'string' && said !== '' ? said : msg;
  return typeof text === 'string' && text !== '' ? text.slice(0, LONGEST_COMPLAINT) : "the page's function failed";
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
