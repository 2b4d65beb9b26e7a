import { CallError } from './errors.ts';
import { hideUserinfo } from './hide-userinfo.ts';
import { MAX_NESTING } from './limits.ts';
import { isPlainName } from './plain-name.ts';
import * as js from './primordials.ts';

/** Names what a host object is ("a DOM node") where it can't cross, undefined where it may. */
export type NameHostObject = (value: object) => string | undefined;

/** A container being written, and the way to it: for messages, and to see a cycle. */
interface Place {
  readonly parent: Place | undefined;
  readonly key: string;
  readonly value: object;
  readonly depth: number;
}

/**
 * Writes any JavaScript value as JSON text: plain JSON where it can be, tagged `{"$type":…,"value":…}` otherwise.
 *
 * Objects with a `toJSON` method are written as what it returns, other class instances as their own enumerable properties.
 * The text is built directly, so that a page's `Array.prototype.toJSON` can't change it.
 *
 * @throws CallError `result_not_serializable`, naming the place (`value.user.el`): cycles, functions, symbols, DOM nodes,
 * windows, promises and other host objects, getters that throw, nesting past {@link MAX_NESTING}.
 */
export function serializeValue(value: unknown, nameHostObject: NameHostObject = nothingIsHost): string {
  return write(value, undefined, '', nameHostObject);
}

const nothingIsHost: NameHostObject = () => undefined;

function write(value: unknown, parent: Place | undefined, key: string, host: NameHostObject): string {
  switch (typeof value) {
    case 'string':
      return js.quote(value);
    case 'number':
      return writeNumber(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'undefined':
      return '{"$type":"undefined"}';
    case 'bigint':
      return `{"$type":"bigint","value":"${js.bigIntToText(value)}"}`;
    case 'object':
      return value === null ? 'null' : writeObject(value, enter(value, parent, key), host);
    default:
      throw notSerializable(parent, key, `is a ${typeof value}`);
  }
}

function writeNumber(value: number): string {
  // NaN, the infinities and -0 are the numbers that JSON lacks.
  if (value - value === 0 && !js.is(value, -0)) return `${value}`;
  return `{"$type":"number","value":"${js.is(value, -0) ? '-0' : value}"}`;
}

function enter(value: object, parent: Place | undefined, key: string): Place {
  for (let place = parent; place; place = place.parent) {
    if (place.value === value)
      throw notSerializable(parent, key, `is a cycle: it is ${describe(place.parent, place.key)} again`);
  }
  const depth = parent ? parent.depth + 1 : 1;
  if (depth > MAX_NESTING) throw notSerializable(parent, key, `is nested more than ${MAX_NESTING} deep`);
  return { parent, key, value, depth };
}

function writeObject(value: object, place: Place, host: NameHostObject): string {
  try {
    if (js.isArray(value)) return writeArray(value, place, host);
    const prototype = js.getPrototypeOf(value) as object | null;
    if (prototype !== js.ObjectPrototype && prototype !== null) {
      const special = writeSpecial(value, place, host);
      if (special !== undefined) return special;
    }
    return writeProperties(value, place, host);
  } catch (thrown) {
    if (thrown instanceof CallError) throw thrown;
    // A getter, a proxy or toJSON of the page's own threw (or the stack ran out).
    throw notSerializable(place.parent, place.key, `can't be read: ${messageOf(thrown)}`);
  }
}

function writeArray(value: readonly unknown[], place: Place, host: NameHostObject): string {
  let text = '[';
  for (let index = 0; index < value.length; index++) {
    text += (index === 0 ? '' : ',') + write(value[index], place, `[${index}]`, host);
  }
  return `${text}]`;
}

function writeProperties(value: object, place: Place, host: NameHostObject): string {
  const record = value as Record<string, unknown>;
  if (typeof record.toJSON === 'function')
    return write(js.callFunction(record.toJSON, value, place.key), place, '', host);
  const names = js.keys(value);
  let text = '{';
  for (let index = 0; index < names.length; index++) {
    const name = names[index] as string;
    text += `${index === 0 ? '' : ','}${js.quote(name)}:${write(record[name], place, name, host)}`;
  }
  return js.hasOwn(value, '$type') ? `{"$type":"object","value":${text}}}` : `${text}}`;
}

/** Writes what is no plain object; undefined for a class instance that is written by its properties. */
function writeSpecial(value: object, place: Place, host: NameHostObject): string | undefined {
  const bytes = writeBytes(value);
  if (bytes !== undefined) return bytes;
  const hostName = host(value);
  if (hostName !== undefined) throw notSerializable(place.parent, place.key, `is ${hostName}`);
  const tag = js.objectTag(value);
  switch (tag) {
    case '[object Date]':
      return writeDate(js.dateTime(value as Date));
    case '[object Map]':
      return writeMap(value, place, host);
    case '[object Set]':
      return writeSet(value, place, host);
    case '[object Error]':
    case '[object DOMException]':
      return writeError(value);
    case '[object Boolean]':
    case '[object Number]':
    case '[object String]':
      return write(unbox(value, tag), place.parent, place.key, host);
    case '[object Object]':
      return undefined;
    default:
      if (js.keys(value).length > 0 || typeof (value as { toJSON?: unknown }).toJSON === 'function') return undefined;
      throw notSerializable(place.parent, place.key, `is a ${js.slice(tag, 8, tag.length - 1)}`);
  }
}

function unbox(value: object, tag: '[object Boolean]' | '[object Number]' | '[object String]'): unknown {
  if (tag === '[object String]') return js.stringValue(value);
  return tag === '[object Number]' ? js.numberValue(value) : js.booleanValue(value);
}

function writeDate(time: number): string {
  return `{"$type":"date","value":${js.is(time, Number.NaN) ? 'null' : time}}`;
}

function writeMap(value: object, place: Place, host: NameHostObject): string {
  let text = '';
  let index = 0;
  js.mapForEach(value, (item, key) => {
    const at = `[${index}]`;
    text += `${index++ === 0 ? '' : ','}[${write(key, place, `${at} key`, host)},${write(item, place, at, host)}]`;
  });
  return `{"$type":"map","value":[${text}]}`;
}

function writeSet(value: object, place: Place, host: NameHostObject): string {
  let text = '';
  let index = 0;
  js.setForEach(value, (item) => {
    text += (index === 0 ? '' : ',') + write(item, place, `[${index++}]`, host);
  });
  return `{"$type":"set","value":[${text}]}`;
}

function writeError(value: object): string {
  const text = (key: string) => js.quote(textOf(value, key));
  return `{"$type":"error","value":{"name":${text('name')},"message":${text('message')},"stack":${text('stack')}}}`;
}

function textOf(error: object, key: string): string {
  try {
    const part = (error as Record<string, unknown>)[key];
    return typeof part === 'string' ? hideUserinfo(part) : '';
  } catch {
    // A getter of the page's own: the rest of the error is worth having all the same.
    return '';
  }
}

function writeBytes(value: object): string | undefined {
  const bytes = bytesOf(value);
  return bytes && `{"$type":"bytes","kind":"${bytes.kind}","value":"${toBase64(bytes.bytes)}"}`;
}

function bytesOf(value: object): { kind: string; bytes: Uint8Array } | undefined {
  const name = js.typedArrayName(value);
  if (name !== undefined) {
    const bytes = new js.CapturedUint8Array(
      js.typedArrayBuffer(value),
      js.typedArrayByteOffset(value),
      js.typedArrayByteLength(value),
    );
    return { kind: js.BYTES_KINDS[name] ? name : 'Uint8Array', bytes };
  }
  const tag = js.objectTag(value);
  if (tag === '[object ArrayBuffer]') {
    js.arrayBufferByteLength(value); // throws for an impostor
    return { kind: 'ArrayBuffer', bytes: new js.CapturedUint8Array(value as ArrayBuffer) };
  }
  if (tag !== '[object DataView]') return undefined;
  return {
    kind: 'DataView',
    bytes: new js.CapturedUint8Array(js.viewBuffer(value), js.viewByteOffset(value), js.viewByteLength(value)),
  };
}

// Function.prototype.apply takes at least 65,536 arguments in every engine; 32,766 is a multiple of three, so that
// each piece's base64 has no padding and the pieces join.
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

function notSerializable(parent: Place | undefined, key: string, what: string): CallError {
  return new CallError('result_not_serializable', `${describe(parent, key)} ${what}`);
}

function describe(parent: Place | undefined, key: string): string {
  if (!parent) return 'value';
  // 91 is the bracket that places in arrays, maps and sets have around them.
  const isPlace = key === '' || js.charCodeAt(key, 0) === 91;
  const own = isPlace ? key : isPlainName(key) ? `.${key}` : `[${js.quote(key)}]`;
  return describe(parent.parent, parent.key) + own;
}

function messageOf(thrown: unknown): string {
  try {
    return js.toText((thrown as { message?: unknown } | null)?.message ?? thrown);
  } catch {
    // The page may throw an object whose message can't be read either.
    return 'it throws';
  }
}
