import * as js from '../../../shared/primordials.ts';

const MAX_LENGTH = 200;
const MAX_KEYS = 6;
const MAX_BYTES = 16;

/** A value as one line for people. Runs no code of the page. */
export function preview(value: unknown, depth = 0): string {
  const text = describe(value, depth);
  return text.length > MAX_LENGTH ? `${js.slice(text, 0, MAX_LENGTH)}…` : text;
}

function describe(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return js.quote(value.length > MAX_LENGTH ? `${js.slice(value, 0, MAX_LENGTH)}…` : value);
    case 'bigint':
      return `${js.bigIntToText(value)}n`;
    case 'symbol':
      return 'a symbol';
    case 'function':
      return 'a function';
    case 'object':
      return value === null ? 'null' : describeObject(value, depth);
    default:
      return js.toText(value);
  }
}

function describeObject(value: object, depth: number): string {
  try {
    const bytes = js.typedArrayName(value);
    if (bytes !== undefined) return describeBytes(value as Uint8Array, bytes);
    return js.isArray(value) ? describeArray(value, depth) : describeProperties(value, depth);
  } catch {
    // A throwing proxy.
    return 'an object';
  }
}

function describeBytes(view: Uint8Array, name: string): string {
  const bytes = new js.CapturedUint8Array(
    js.typedArrayBuffer(view),
    js.typedArrayByteOffset(view),
    js.typedArrayByteLength(view),
  );
  const length = js.typedArrayByteLength(view);
  let hex = '';
  for (let index = 0; index < length && index < MAX_BYTES; index++) hex += ` ${hexOf(bytes[index] as number)}`;
  return `${name}(${length} bytes)${hex}${length > MAX_BYTES ? ' …' : ''}`;
}

const DIGITS = '0123456789abcdef';

function hexOf(byte: number): string {
  return `${DIGITS[byte >> 4]}${DIGITS[byte & 15]}`;
}

function describeArray(value: readonly unknown[], depth: number): string {
  if (depth > 1) return `Array(${value.length})`;
  let text = '';
  for (let index = 0; index < value.length && index < MAX_KEYS; index++) {
    text += `${index === 0 ? '' : ', '}${preview(ownValue(value, `${index}`), depth + 1)}`;
  }
  return `[${text}${value.length > MAX_KEYS ? ', …' : ''}]`;
}

function describeProperties(value: object, depth: number): string {
  if (depth > 1) return '{…}';
  const keys = js.ownKeys(value);
  let text = '';
  for (let index = 0; index < keys.length && index < MAX_KEYS; index++) {
    const key = keys[index];
    if (typeof key === 'string')
      text += `${text === '' ? '' : ', '}${key}: ${preview(ownValue(value, key), depth + 1)}`;
  }
  return `{${text}${keys.length > MAX_KEYS ? ', …' : ''}}`;
}

/** Getters are not run. */
function ownValue(object: object, key: string): unknown {
  return js.getOwnPropertyDescriptor(object, key)?.value;
}
