import { CallError } from './errors.ts';
import { MAX_BIGINT_DIGITS } from './limits.ts';
import * as js from './primordials.ts';

/**
 * Decodes tagged JSON into JavaScript values. It changes `json` in place; don't use it afterwards.
 *
 * @throws CallError `bad_request` for an unknown or malformed tag.
 */
export function decodeValue(json: unknown): unknown {
  if (typeof json !== 'object' || json === null) return json;
  if (js.isArray(json)) return decodeArray(json);
  const record = json as Record<string, unknown>;
  return js.hasOwn(json, '$type')
    ? decodeTagged(record.$type, own(record, 'value'), own(record, 'kind'))
    : decodeProperties(record);
}

/** Reads own properties only, because a page may have added to Object.prototype. */
function own(record: Record<string, unknown>, key: string): unknown {
  return js.hasOwn(record, key) ? record[key] : undefined;
}

function decodeArray(json: unknown[]): unknown[] {
  for (let index = 0; index < json.length; index++) {
    const item = json[index];
    if (typeof item === 'object' && item !== null) json[index] = decodeValue(item);
  }
  return json;
}

function decodeProperties(json: Record<string, unknown>): object {
  const names = js.keys(json);
  for (let index = 0; index < names.length; index++) {
    const name = names[index] as string;
    const item = json[name];
    // JSON.parse made `__proto__` an own property, so this assigns that property.
    if (typeof item === 'object' && item !== null) json[name] = decodeValue(item);
  }
  return json;
}

function decodeTagged($type: unknown, value: unknown, kind: unknown): unknown {
  switch ($type) {
    case 'undefined':
      return undefined;
    case 'bigint':
      return decodeBigInt(value);
    case 'number':
      if (value !== 'NaN' && value !== 'Infinity' && value !== '-Infinity' && value !== '-0') throw malformed('number');
      return js.toNumber(value);
    case 'date':
      if (value !== null && typeof value !== 'number') throw malformed('date');
      return new js.CapturedDate(value ?? Number.NaN);
    case 'bytes':
      return decodeBytes(value, kind);
    case 'map':
      return decodeMap(value);
    case 'set':
      return decodeSet(value);
    case 'error':
      return decodeError(value);
    case 'object':
      if (!isRecord(value)) throw malformed('object');
      return decodeProperties(value);
    default:
      throw new CallError('bad_request', `a value has the unknown $type ${js.quote(js.toText($type))}`);
  }
}

function decodeBigInt(value: unknown): bigint {
  if (typeof value !== 'string' || !isDecimal(value)) throw malformed('bigint');
  if (value.length > MAX_BIGINT_DIGITS + 1)
    throw new CallError('bad_request', `a bigint has more than ${MAX_BIGINT_DIGITS} digits`);
  return js.toBigInt(value);
}

function isDecimal(text: string): boolean {
  const start = js.charCodeAt(text, 0) === 45 ? 1 : 0;
  if (text.length === start) return false;
  for (let index = start; index < text.length; index++) {
    const code = js.charCodeAt(text, index);
    if (code < 48 || code > 57) return false;
  }
  return true;
}

function decodeBytes(value: unknown, kind: unknown): unknown {
  const make = typeof kind === 'string' ? js.BYTES_KINDS[kind] : undefined;
  if (typeof value !== 'string' || !make) throw malformed('bytes');
  try {
    return make(js.typedArrayBuffer(fromBase64(value)) as ArrayBuffer);
  } catch {
    // Not base64, or the length is not a multiple of the element size.
    throw malformed('bytes');
  }
}

function fromBase64(base64: string): Uint8Array {
  if (js.fromBase64Natively) return js.fromBase64Natively(base64);
  const binary = js.decodeBinary(base64);
  const bytes = new js.CapturedUint8Array(binary.length);
  for (let index = 0; index < binary.length; index++) bytes[index] = js.charCodeAt(binary, index);
  return bytes;
}

function decodeMap(value: unknown): Map<unknown, unknown> {
  if (!js.isArray(value)) throw malformed('map');
  const map = new js.CapturedMap<unknown, unknown>();
  for (let index = 0; index < value.length; index++) {
    const pair: unknown = value[index];
    if (!js.isArray(pair) || pair.length !== 2) throw malformed('map');
    js.mapSet(map, decodeValue(pair[0]), decodeValue(pair[1]));
  }
  return map;
}

function decodeSet(value: unknown): Set<unknown> {
  if (!js.isArray(value)) throw malformed('set');
  const set = new js.CapturedSet<unknown>();
  for (let index = 0; index < value.length; index++) js.setAdd(set, decodeValue(value[index]));
  return set;
}

function decodeError(value: unknown): Error {
  if (!isRecord(value)) throw malformed('error');
  const message = own(value, 'message');
  const error = new js.CapturedError(typeof message === 'string' ? message : '');
  setHidden(error, 'name', own(value, 'name'));
  setHidden(error, 'stack', own(value, 'stack'));
  return error;
}

function setHidden(error: Error, key: 'name' | 'stack', value: unknown): void {
  if (typeof value !== 'string') return;
  const hidden = { __proto__: null, value, configurable: true, enumerable: false, writable: true };
  js.defineProperty(error, key, hidden as PropertyDescriptor);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !js.isArray(value);
}

function malformed(type: string): CallError {
  return new CallError('bad_request', `a value tagged ${type} is malformed`);
}
