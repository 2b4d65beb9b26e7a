import { CallError } from '../../shared/errors.ts';
import { type Charset, decodeLeniently, decodeStrictly, encodeStrictly } from './charset.ts';
import { wellFormed } from './message.ts';

/** A field, and the part of a rule that names it. */
type Field = { readonly kind: string; readonly name: string };

/**
 * Reads a field of a query or form (`a=1&b=2`). `putField` changes only that field and keeps all other bytes, because a
 * server may check a signature over the raw text.
 *
 * @throws CallError `bad_request` for a value that is invalid in this charset, because the site would get wrong characters
 */
export function takeField(text: string, field: Field, charset: Charset): string | undefined {
  const pair = pairsOf(text).find((each) => nameOf(each, charset) === field.name);
  if (pair === undefined) return undefined;
  const value = decodeStrictly(bytesOf(valueIn(pair)), charset);
  if (value !== undefined) return value;
  const advice =
    charset === 'utf-8' ? 'set the charset in its rule, such as "charset": "gbk"' : 'correct the charset in its rule';
  throw new CallError('bad_request', `${field.kind}:${field.name} is not ${charset} text; ${advice}`);
}

/** @throws CallError `result_not_serializable` for characters that the charset lacks */
export function putField(text: string, { kind, name }: Field, value: string, charset: Charset): string {
  const pairs = pairsOf(text);
  const at = pairs.findIndex((each) => nameOf(each, charset) === name);
  const [encodedName, encodedValue] = [encoded(name, charset), encoded(value, charset)];
  if (encodedName === undefined || encodedValue === undefined)
    throw new CallError(
      'result_not_serializable',
      `the text for ${kind}:${name} has characters that ${charset} can't encode`,
    );
  const pair = `${encodedName}=${encodedValue}`;
  if (at < 0) pairs.push(pair);
  else pairs[at] = pair;
  return pairs.join('&');
}

/** Percent-encodes all but the unreserved characters of RFC 3986. */
export function encode(text: string, charset: 'utf-8'): string {
  return encoded(text, charset) ?? '';
}

export function pairsOf(text: string): string[] {
  return text.split('&').filter((pair) => pair !== '');
}

/** Name and value of one `name=value`, with U+FFFD for invalid bytes. */
export function decodePair(pair: string, charset: Charset): [name: string, value: string] {
  return [nameOf(pair, charset), decodeLeniently(bytesOf(valueIn(pair)), charset)];
}

function nameOf(pair: string, charset: Charset): string {
  const at = pair.indexOf('=');
  return decodeLeniently(bytesOf(at < 0 ? pair : pair.slice(0, at)), charset);
}

function valueIn(pair: string): string {
  const at = pair.indexOf('=');
  return at < 0 ? '' : pair.slice(at + 1);
}

/** Decodes percent-encoding. Like on servers, a stray % stays. */
function bytesOf(text: string): Buffer {
  const latin1 = Buffer.from(text.replaceAll('+', ' ')).toString('latin1');
  const bytes = latin1.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1');
}

function encoded(text: string, charset: Charset): string | undefined {
  const bytes = encodeStrictly(wellFormed(text), charset);
  return bytes
    ?.toString('latin1')
    .replace(/[^A-Za-z0-9._~-]/g, (unit) => `%${unit.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}
