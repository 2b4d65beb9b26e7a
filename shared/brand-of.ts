import * as js from './primordials.ts';

/** A built-in class whose instances can be recognized by an internal slot, which can't be forged. */
export type Brand =
  | 'ArrayBuffer'
  | 'BigInt'
  | 'Boolean'
  | 'DataView'
  | 'Date'
  | 'Error'
  | 'Map'
  | 'Number'
  | 'Set'
  | 'String'
  | 'Symbol';

/** A built-in class that an object inherits from. typedArrayName recognizes real typed arrays. */
export type Ancestor = Brand | 'TypedArray';

/** Each reader throws unless its argument has the brand, from any realm. A Proxy never has it. */
const READERS = {
  __proto__: null,
  ArrayBuffer: js.arrayBufferByteLength,
  BigInt: js.bigIntValue,
  Boolean: js.booleanValue,
  DataView: js.viewBuffer,
  Date: js.dateTime as (value: unknown) => unknown,
  Error: readError,
  Map: js.mapSize,
  Number: js.numberValue,
  Set: js.setSize,
  String: js.stringValue,
  Symbol: js.symbolValue,
} as unknown as Record<string, ((value: unknown) => unknown) | undefined>;

/** This realm's prototypes. */
const ANCESTORS = new js.CapturedWeakMap<object, Ancestor>();
inherit('ArrayBuffer', ArrayBuffer.prototype);
inherit('BigInt', BigInt.prototype);
inherit('Boolean', Boolean.prototype);
inherit('DataView', DataView.prototype);
inherit('Date', Date.prototype);
inherit('Error', Error.prototype);
inherit('Map', Map.prototype);
inherit('Number', Number.prototype);
inherit('Set', Set.prototype);
inherit('String', String.prototype);
inherit('Symbol', Symbol.prototype);
inherit('TypedArray', js.TypedArrayPrototype);

function inherit(brand: Ancestor, prototype: object): void {
  js.weakMapSet(ANCESTORS, prototype, brand);
}

/** A Proxy may return an endless prototype chain. */
const MAX_PROTOTYPES = 100;

/** The name in `[object …]`, from `Symbol.toStringTag` or the engine. A page can forge it. */
export function tagOf(value: object): string {
  const tag = js.objectTag(value);
  return js.slice(tag, 8, tag.length - 1);
}

/** The built-in class in its prototype chain. A page can forge it. */
export function ancestorOf(value: object): Ancestor | undefined {
  let prototype = js.getPrototypeOf(value) as object | null;
  for (let steps = 0; prototype !== null && prototype !== js.ObjectPrototype && steps < MAX_PROTOTYPES; steps++) {
    const brand = js.weakMapGet(ANCESTORS, prototype);
    if (brand) return brand;
    prototype = js.getPrototypeOf(prototype) as object | null;
  }
  return undefined;
}

function isBrandName(name: string): name is Brand {
  return READERS[name] !== undefined;
}

/** Whether a built-in class has this name. */
export function isNameOfBuiltIn(name: string): boolean {
  return isBrandName(name) || js.BYTES_KINDS[name] !== undefined;
}

/** Checks the brands that the object's tag and prototype chain claim. */
export function brandOf(value: object, tag: string, ancestor: Ancestor | undefined): Brand | undefined {
  const byTag = checkBrand(tag, value);
  return byTag ?? (ancestor === undefined || ancestor === tag ? undefined : checkBrand(ancestor, value));
}

function checkBrand(name: string, value: object): Brand | undefined {
  if (!isBrandName(name)) return undefined;
  try {
    READERS[name]?.(value);
    return name;
  } catch {
    // Another object with that tag or prototype, or a Proxy.
    return undefined;
  }
}

function readError(value: unknown): void {
  const { isErrorNatively } = js;
  // Without Error.isError: the engine's tag counts only if the object has no toStringTag.
  const isError = isErrorNatively
    ? isErrorNatively(value)
    : js.objectTag(value) === '[object Error]' && typeof (value as Tagged)[Symbol.toStringTag] !== 'string';
  if (!isError) throw new TypeError();
}

interface Tagged {
  readonly [Symbol.toStringTag]?: unknown;
}
