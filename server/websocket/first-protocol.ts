import type { MsgId } from '../../shared/envelope.ts';
import { CallError, type ErrorBody } from '../../shared/errors.ts';
import type { Outcome } from '../../shared/pending-calls.ts';
import type { FirstAnswer } from '../../shared/protocol.ts';
import type { Codec } from './codec.ts';

/**
 * The first protocol's frames and how they match the second's calls. Frozen: scripts and programs that nobody
 * can change any more read these bytes. golden/ holds them.
 */

export const firstProtocol: Codec = {
  protocol: 1,
  door: 'websocket_1',
  callFrame: (id, _fn, { args }) => callFrame(id, args[0]),
  // Its clients would take any frame for a call.
  cancelFrame: () => undefined,
  heartbeat: undefined,
  answerFrame,
};

/** relay → client. */
function callFrame(id: string, msg: unknown): string {
  // Joined by hand: the envelope's text takes longer to make than most values'. The id needs no escapes.
  return `{"type":"decrypt","msgId":"${id}","data":${JSON.stringify(withoutUndefined(msg))}}`;
}

/** relay → caller: the one answer of its call. `clientId` is echoed as the caller wrote it. */
function answerFrame(msgId: MsgId, clientId: string, outcome: Outcome<unknown>): string {
  if (outcome.ok && msgId !== undefined) return goodAnswer(msgId, clientId, withoutUndefined(outcome.value));
  const data = outcome.ok
    ? { clientId, msg: withoutUndefined(outcome.value), flag: true }
    : { clientId, msg: failedMsg(outcome.error), flag: false, error: codeAndMessage(outcome.error) };
  return JSON.stringify({ type: 'decrypt', msgId, data });
}

function goodAnswer(msgId: MsgId, clientId: string, msg: unknown): string {
  const data = `{"clientId":${JSON.stringify(clientId)},"msg":${JSON.stringify(msg)},"flag":true}`;
  return `{"type":"decrypt","msgId":${JSON.stringify(msgId)},"data":${data}}`;
}

/** What a client's answer means: its value, or that the page's function failed. */
export function outcomeOf({ msg, flag, error }: FirstAnswer['data']): Outcome<unknown> {
  if (flag) return { ok: true, value: msg ?? null };
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
function withoutUndefined(value: unknown): unknown {
  if (value === undefined) return null;
  return isObject(value) && '$type' in value && value.$type === 'undefined' ? null : value;
}

function failedMsg({ code, details }: CallError): unknown {
  return code === 'function_threw' && isObject(details) && 'msg' in details ? details.msg : null;
}

// The form is frozen: `details` has no place in it.
function codeAndMessage({ code, message }: CallError): ErrorBody {
  return { code, message };
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
