import { CallError } from '../../shared/errors.ts';
import type { Charset } from './charset.ts';
import { putField } from './form-text.ts';
import { findJson, isJson, members } from './json-text.ts';
import { bodyText, type Message, refuseLostQuery, wellFormed, withBodyText, withHeader } from './message.ts';
import { formatPart, type Part } from './part.ts';
import { isForm } from './take-part.ts';

/** @throws CallError `result_not_serializable` for an answer that the part can't hold, `bad_request` if the part is missing */
export function putPart(message: Message, part: Part, answer: unknown, charset: Charset): Message {
  switch (part.kind) {
    case 'body':
    case 'bytes':
      return ArrayBuffer.isView(answer) || answer instanceof ArrayBuffer
        ? { ...message, body: bytesOf(answer) }
        : withBodyText(message, toText(answer, part));
    case 'json':
      return putJson(message, part, part.keys, toJson(answer, part));
    case 'json-text':
      return putJson(message, part, part.keys, toJsonText(answer, part));
    case 'wrap':
      return withBodyText(message, `{${JSON.stringify(part.name)}:${toJson(answer, part)}}`);
    case 'form':
      if (!isForm(message)) throw noPlace(part, 'form');
      return withBodyText(message, putField(bodyText(message), part, toText(answer, part), charset));
    case 'query':
      refuseLostQuery(message, charset);
      return { ...message, query: putField(message.query, part, toText(answer, part), charset) };
    case 'header':
      return withHeader(message, part.name, headerValue(toText(answer, part), part));
    case 'method':
    case 'path':
    case 'text':
      throw noPlace(part, 'message');
    default:
      return part satisfies never;
  }
}

function putJson(message: Message, part: Part, keys: readonly string[], written: string): Message {
  const text = bodyText(message);
  if (!isJson(text)) throw noPlace(part, 'JSON');
  const span = findJson(text, keys);
  if (span) return withBodyText(message, text.slice(0, span.start) + written + text.slice(span.end));
  const parent = findJson(text, keys.slice(0, -1));
  if (!parent || text[parent.start] !== '{')
    throw new CallError('bad_request', `the body has no object to put ${formatPart(part)} in`);
  const comma = members(text, parent.start).size > 0 ? ',' : '';
  const end = parent.end - 1;
  return withBodyText(
    message,
    `${text.slice(0, end)}${comma}${JSON.stringify(keys.at(-1))}:${written}${text.slice(end)}`,
  );
}

function toText(answer: unknown, part: Part): string {
  if (answer === null) throw new CallError('result_not_serializable', `the answer for ${formatPart(part)} is null`);
  return typeof answer === 'string' ? answer : toJson(answer, part);
}

function toJson(answer: unknown, part: Part): string {
  if (isPlainJson(answer)) return JSON.stringify(answer);
  throw new CallError('result_not_serializable', `the answer has a value that ${formatPart(part)} can't hold`);
}

function toJsonText(answer: unknown, part: Part): string {
  const text = toText(answer, part);
  if (isJson(text)) return wellFormed(text);
  throw new CallError('result_not_serializable', `the answer for ${formatPart(part)} is not JSON text`);
}

function headerValue(value: string, part: Part): string {
  if (/^[\x20-\x7e]*$/.test(value)) return value;
  throw new CallError(
    'result_not_serializable',
    `the answer for ${formatPart(part)} has characters that are invalid in a header`,
  );
}

/** Dates, maps, bigints and the like have no standard form in an HTTP message, so they are rejected. */
function isPlainJson(value: unknown): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0);
  if (Array.isArray(value)) return value.every(isPlainJson);
  if (typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return false;
  return Object.values(value).every(isPlainJson);
}

function bytesOf(bytes: ArrayBufferView | ArrayBuffer): Uint8Array {
  return ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes);
}

function noPlace(part: Part, what: string): CallError {
  return new CallError('bad_request', `the body is not a ${what}, so ${formatPart(part)} can't be put into it`);
}
