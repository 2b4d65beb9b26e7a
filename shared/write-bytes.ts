import type { Brand } from './brand-of.ts';
import * as js from './primordials.ts';
import { type Key, notSerializable, type Place } from './value-place.ts';
import { expectAtLeast, put, type Writing } from './writing.ts';

/** Binary data and the name of its class. */
interface Bytes {
  readonly kind: string;
  readonly bytes: Uint8Array;
}

export function writeBytes(read: () => Bytes, name: string, { parent, key }: Place, writing: Writing): void {
  const { kind, bytes } = readBytes(read, name, parent, key);
  // Base64: four characters per three bytes.
  expectAtLeast((js.typedArrayByteLength(bytes) / 3) * 4, parent, key, writing);
  put(`{"$type":"bytes","kind":"${kind}","value":"${toBase64(bytes)}"}`, parent, key, writing);
}

function readBytes(read: () => Bytes, name: string, parent: Place | undefined, key: Key): Bytes {
  try {
    return read();
  } catch {
    // The buffer was transferred to a worker, or resized so that the view is out of bounds.
    throw notSerializable(parent, key, `is a ${name} without its buffer: the page has transferred or resized it`);
  }
}

/** The bytes of a typed array. @throws if its buffer was transferred */
export function typedArrayBytes(value: object, name: string): Bytes {
  const bytes = new js.CapturedUint8Array(
    js.typedArrayBuffer(value),
    js.typedArrayByteOffset(value),
    js.typedArrayByteLength(value),
  );
  return { kind: js.BYTES_KINDS[name] ? name : 'Uint8Array', bytes };
}

/** The bytes of an ArrayBuffer or a DataView. @throws if its buffer was transferred */
export function bufferBytes(value: object, kind: Brand & ('ArrayBuffer' | 'DataView')): Bytes {
  if (kind === 'ArrayBuffer') return { kind, bytes: new js.CapturedUint8Array(value as ArrayBuffer) };
  const bytes = new js.CapturedUint8Array(js.viewBuffer(value), js.viewByteOffset(value), js.viewByteLength(value));
  return { kind, bytes };
}

// Function.prototype.apply takes at least 65,536 arguments in every engine. 32,766 is a multiple of three, so that
// the base64 of each chunk has no padding.
const CHUNK = 32_766;

function toBase64(bytes: Uint8Array): string {
  if (js.toBase64Natively) return js.toBase64Natively(bytes);
  const length = js.typedArrayByteLength(bytes);
  let text = '';
  for (let at = 0; at < length; at += CHUNK) {
    const piece = js.subarray(bytes, at, at + CHUNK) as unknown as number[];
    text += js.encodeBinary(js.applyFunction(js.fromCharCode, null, piece));
  }
  return text;
}
