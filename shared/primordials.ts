/**
 * Built-ins captured when this module loads.
 *
 * In a web page it loads before the page's scripts, so a page that overrides `JSON`, `Map.prototype` or
 * `Array.prototype[Symbol.iterator]` can't change the encoding. Code that runs in pages therefore calls these functions
 * and avoids methods, `for…of`, spread and array destructuring.
 */

type Method<This, Args extends unknown[], Result> = (this: This, ...args: Args) => Result;

// `uncurry(f)(self, ...args)` is `f.call(self, ...args)` without looking up `call` at the time of the call.
export const uncurry = Function.prototype.bind.bind(Function.prototype.call) as <This, Args extends unknown[], Result>(
  method: Method<This, Args, Result>,
) => (self: This, ...args: Args) => Result;

export function getter<This, Result>(prototype: object, key: string | symbol): (self: This) => Result {
  const get = Object.getOwnPropertyDescriptor(prototype, key)?.get;
  if (!get) throw new TypeError(`no getter ${String(key)}`);
  return uncurry(get as Method<This, [], Result>);
}

// Browsers and Node have btoa and atob, but the ECMAScript type library does not declare them.
const { btoa, atob } = globalThis as unknown as { btoa(binary: string): string; atob(base64: string): string };
export const TypedArrayPrototype: object = Object.getPrototypeOf(Uint8Array.prototype) as object;
// ECMAScript 2026, several times faster than btoa and atob.
const nativeToBase64 = (Uint8Array.prototype as { toBase64?: () => string }).toBase64;
const nativeFromBase64 = (Uint8Array as unknown as { fromBase64?: (base64: string) => Uint8Array }).fromBase64;

export const toBase64Natively = nativeToBase64 && uncurry(nativeToBase64 as Method<Uint8Array, [], string>);
export const fromBase64Natively = nativeFromBase64?.bind(Uint8Array);
export const encodeBinary = btoa.bind(globalThis);
export const decodeBinary = atob.bind(globalThis);

export const quote = JSON.stringify as (text: string) => string;
export const parseJson = JSON.parse as (text: string) => unknown;
export const { isArray } = Array;
export const {
  keys,
  is,
  getPrototypeOf,
  getOwnPropertyDescriptor,
  defineProperty,
  setPrototypeOf,
  prototype: ObjectPrototype,
} = Object;
export const { ownKeys, construct } = Reflect;
export const functionText = uncurry(Function.prototype.toString as Method<object, [], string>);
export const objectTag = uncurry(Object.prototype.toString as Method<unknown, [], string>);
export const hasOwn = uncurry(Object.prototype.hasOwnProperty as Method<object, [string], boolean>);
export const toText = String;
export const toNumber = Number;
export const toBigInt = BigInt;
export const bigIntToText = uncurry(BigInt.prototype.toString as Method<bigint, [], string>);
export const callFunction = uncurry(Function.prototype.call as Method<unknown, [unknown, ...unknown[]], unknown>);
export const applyFunction = Reflect.apply;
export const { deleteProperty } = Reflect;

/** Throws a TypeError for anything but a real promise, of any realm. */
export const promiseThen = uncurry(
  Promise.prototype.then as Method<
    unknown,
    [fulfilled: (value: unknown) => void, rejected: (reason: unknown) => void],
    unknown
  >,
);

export const stringValue = uncurry(String.prototype.valueOf as Method<unknown, [], string>);
export const numberValue = uncurry(Number.prototype.valueOf as Method<unknown, [], number>);
export const booleanValue = uncurry(Boolean.prototype.valueOf as Method<unknown, [], boolean>);
export const bigIntValue = uncurry(BigInt.prototype.valueOf as Method<unknown, [], bigint>);
export const symbolValue = uncurry(Symbol.prototype.valueOf as Method<unknown, [], symbol>);
/** `Error.isError`, which can't be deceived. Missing in the oldest supported Node. */
export const isErrorNatively = (Error as { isError?: (value: unknown) => boolean }).isError;
export const dateTime = uncurry(Date.prototype.getTime);
export const mapSize = getter<unknown, number>(Map.prototype, 'size');
export const setSize = getter<unknown, number>(Set.prototype, 'size');
export const mapForEach = uncurry(
  Map.prototype.forEach as Method<unknown, [(value: unknown, key: unknown) => void], void>,
);
export const setForEach = uncurry(
  Set.prototype.forEach as Method<unknown, [(value: unknown, key: unknown) => void], void>,
);
export const mapSet = uncurry(Map.prototype.set as Method<Map<unknown, unknown>, [unknown, unknown], unknown>);
export const mapHas = uncurry(Map.prototype.has as Method<Map<unknown, unknown>, [unknown], boolean>);
export const weakMapGet = uncurry(WeakMap.prototype.get) as <Value>(
  map: WeakMap<object, Value>,
  key: object,
) => Value | undefined;
export const weakMapSet = uncurry(WeakMap.prototype.set) as <Value>(
  map: WeakMap<object, Value>,
  key: object,
  value: Value,
) => void;
export const setHas = uncurry(Set.prototype.has as Method<Set<unknown>, [unknown], boolean>);
export const setAdd = uncurry(Set.prototype.add as Method<Set<unknown>, [unknown], unknown>);
export const setDelete = uncurry(Set.prototype.delete as Method<Set<unknown>, [unknown], boolean>);

/** The class name of a typed array ("Uint8Array"), undefined for other values. It can't be forged. */
export const typedArrayName = getter<unknown, string | undefined>(TypedArrayPrototype, Symbol.toStringTag);
export const typedArrayBuffer = getter<unknown, ArrayBufferLike>(TypedArrayPrototype, 'buffer');
export const typedArrayByteOffset = getter<unknown, number>(TypedArrayPrototype, 'byteOffset');
export const typedArrayByteLength = getter<unknown, number>(TypedArrayPrototype, 'byteLength');
export const arrayBufferByteLength = getter<unknown, number>(ArrayBuffer.prototype, 'byteLength');
export const viewBuffer = getter<unknown, ArrayBufferLike>(DataView.prototype, 'buffer');
export const viewByteOffset = getter<unknown, number>(DataView.prototype, 'byteOffset');
export const viewByteLength = getter<unknown, number>(DataView.prototype, 'byteLength');
export const subarray = uncurry(Uint8Array.prototype.subarray as Method<Uint8Array, [number, number], Uint8Array>);
export const slice = uncurry(String.prototype.slice as Method<string, [number, number], string>);
/** RegExp.prototype.exec, for our own patterns. */
export const matchPattern = uncurry(RegExp.prototype.exec);
export const lowerCase = uncurry(String.prototype.toLowerCase);
export const includes = uncurry(String.prototype.includes as Method<string, [string], boolean>);
export const indexOf = uncurry(String.prototype.indexOf as Method<string, [string, number], number>);
export const { imul, ceil } = Math;
export const charCodeAt = uncurry(String.prototype.charCodeAt as Method<string, [number], number>);
export const { fromCharCode } = String;
export const CapturedUint8Array = Uint8Array;
export const CapturedMap = Map;
export const CapturedWeakMap = WeakMap;
export const CapturedProxy = Proxy;
export const CapturedSet = Set;
export const CapturedDate = Date;
export const CapturedError = Error;

/** Constructors of the classes of `bytes`, by `kind`. */
export const BYTES_KINDS = {
  __proto__: null,
  ArrayBuffer: (buffer: ArrayBuffer) => buffer,
  DataView: (buffer: ArrayBuffer) => new CapturedDataView(buffer),
  Uint8Array: (buffer: ArrayBuffer) => new CapturedUint8Array(buffer),
  Uint8ClampedArray: make(Uint8ClampedArray),
  Int8Array: make(Int8Array),
  Uint16Array: make(Uint16Array),
  Int16Array: make(Int16Array),
  Uint32Array: make(Uint32Array),
  Int32Array: make(Int32Array),
  // Node before 24 has no Float16Array; decode to plain bytes there.
  Float16Array: make((globalThis as { Float16Array?: BytesClass }).Float16Array ?? Uint8Array),
  Float32Array: make(Float32Array),
  Float64Array: make(Float64Array),
  BigInt64Array: make(BigInt64Array),
  BigUint64Array: make(BigUint64Array),
} as unknown as Record<string, ((buffer: ArrayBuffer) => unknown) | undefined>;

const CapturedDataView = DataView;

type BytesClass = new (buffer: ArrayBuffer) => unknown;

function make(Class: BytesClass): (buffer: ArrayBuffer) => unknown {
  return (buffer) => new Class(buffer);
}
