import { isObject, type MsgId } from './envelope.ts';
import {
  MAX_CLIENT_ID_LENGTH,
  MAX_FUNCTION_NAME_LENGTH,
  MAX_MSG_ID_LENGTH,
  MAX_TIMEOUT_MS,
  MIN_TIMEOUT_MS,
} from './limits.ts';
import type { CallToClient, CallToRelay, FirstAnswer, FirstCall, ToCaller, ToRelay } from './protocol.ts';

/**
 * What the schemas of protocol.ts make of the messages that come by the tens of thousands in a second, at a tenth of the time: calls
 * and good answers. Undefined for whatever is not plainly one of those, good or bad: that is for the schemas to say.
 */
export function quickRead(json: unknown): ToRelay | undefined {
  if (!isObject(json)) return undefined;
  const { type, msgId, data } = json as { type?: unknown; msgId?: unknown; data?: unknown };
  if (!isObject(data) || !isMsgId(msgId)) return undefined;
  switch (type) {
    case 'decrypt':
      return readDecrypt(msgId, data);
    case 'call':
      return readCall(msgId, data);
    case 'result': {
      const { value } = data as { value?: unknown };
      return value === undefined || isLongId(msgId)
        ? undefined
        : { kind: 'result', message: { type, msgId, data: { value } } };
    }
    default:
      return undefined;
  }
}

function readDecrypt(msgId: MsgId, data: object): ToRelay | undefined {
  const { clientId, msg, flag, error } = data as { clientId?: unknown; msg?: unknown; flag?: unknown; error?: unknown };
  if (msg === undefined || error !== undefined) return undefined;
  if (typeof flag === 'boolean') {
    const message: FirstAnswer = { type: 'decrypt', msgId, data: { msg, flag } };
    return { kind: 'first-answer', message };
  }
  // An address may be longer; such ones are rare.
  if (typeof clientId !== 'string' || clientId.length > MAX_CLIENT_ID_LENGTH) return undefined;
  const message: FirstCall = { type: 'decrypt', msgId, data: { clientId, msg } };
  return { kind: 'first-call', message };
}

function readCall(msgId: MsgId, data: object): ToRelay | undefined {
  const { clientId, fn, args, timeoutMs, target } = data as Record<keyof CallToRelay['data'], unknown>;
  if (typeof clientId !== 'string' || clientId.length > MAX_CLIENT_ID_LENGTH) return undefined;
  if (typeof fn !== 'string' || fn.length > MAX_FUNCTION_NAME_LENGTH) return undefined;
  if (!Array.isArray(args) || target !== undefined || isLongId(msgId)) return undefined;
  const call = { clientId, fn, args };
  if (timeoutMs === undefined) return { kind: 'call', message: { type: 'call', msgId, data: call } };
  if (typeof timeoutMs !== 'number' || !(timeoutMs >= MIN_TIMEOUT_MS && timeoutMs <= MAX_TIMEOUT_MS)) return undefined;
  return { kind: 'call', message: { type: 'call', msgId, data: { ...call, timeoutMs } } };
}

/** The same of what a client hears: calls. */
export function quickReadToClient(json: unknown): CallToClient | undefined {
  if (!isObject(json)) return undefined;
  const { type, msgId, data } = json as { type?: unknown; msgId?: unknown; data?: unknown };
  if (type !== 'call' || !isMsgId(msgId) || !isObject(data)) return undefined;
  const { fn, args, target, caller } = data as Record<keyof CallToClient['data'], unknown>;
  if (typeof fn !== 'string' || !Array.isArray(args) || target !== undefined || !isObject(caller)) return undefined;
  const { via, token } = caller as { via?: unknown; token?: unknown };
  if (typeof via !== 'string') return undefined;
  if (token === undefined) return { type, msgId, data: { fn, args, caller: { via } } };
  if (typeof token !== 'string') return undefined;
  return { type, msgId, data: { fn, args, caller: { via, token } } };
}

/** The same of what a caller hears: good answers. */
export function quickReadToCaller(json: unknown): Extract<ToCaller, { type: 'result' }> | undefined {
  if (!isObject(json)) return undefined;
  const { type, msgId, data } = json as { type?: unknown; msgId?: unknown; data?: unknown };
  if (type !== 'result' || !isMsgId(msgId) || !isObject(data)) return undefined;
  const { clientId, value } = data as { clientId?: unknown; value?: unknown };
  if (typeof clientId !== 'string' || value === undefined) return undefined;
  return { type, msgId, data: { clientId, value } };
}

function isLongId(msgId: MsgId): boolean {
  return typeof msgId === 'string' && msgId.length > MAX_MSG_ID_LENGTH;
}

function isMsgId(msgId: unknown): msgId is Exclude<MsgId, undefined> {
  return typeof msgId === 'string' || isFiniteNumber(msgId) || typeof msgId === 'boolean' || msgId === null;
}

/** JSON.parse makes Infinity of 1e999, which the schemas take for no number. */
export function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
