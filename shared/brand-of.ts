import * as js from './primordials.ts';

/** What an object really is: a class of the language whose objects have a part that nothing can forge. */
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

/** Of what class of the language an object inherits. Of typed arrays typedArrayName tells which are real. */
export type Heir = Brand | 'TypedArray';

/** Each throws for anything but an object of its brand, of whichever realm; a Proxy of one is none. */
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

/** By the prototypes of this realm. */
const HEIRS = new js.CapturedWeakMap<object, Heir>();
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

function inherit(brand: Heir, prototype: object): void {
  js.weakMapSet(HEIRS, prototype, brand);
}

/** A Proxy may go on handing out prototypes. */
const MAX_PROTOTYPES = 100;

/** What an object says that it is: by its `Symbol.toStringTag`, or by the engine. */
export function tagOf(value: object): string {
  const tag = js.objectTag(value);
  return js.slice(tag, 8, tag.length - 1);
}

/** By its prototypes; that alone does not make an object one of that class. */
export function heirOf(value: object): Heir | undefined {
  let prototype = js.getPrototypeOf(value) as object | null;
  for (let steps = 0; prototype !== null && prototype !== js.ObjectPrototype && steps < MAX_PROTOTYPES; steps++) {
    const brand = js.weakMapGet(HEIRS, prototype);
    if (brand) return brand;
    prototype = js.getPrototypeOf(prototype) as object | null;
  }
  return undefined;
}

function isBrandName(name: string): name is Brand {
  return READERS[name] !== undefined;
}

/** Whether a class of the language has that name, an object of which would have been told by what it is. */
export function isNameOfBuiltIn(name: string): boolean {
  return isBrandName(name) || js.BYTES_KINDS[name] !== undefined;
}

/** The brand among those that an object's tag and class speak of; undefined where neither is true. */
export function brandOf(value: object, tag: string, heir: Heir | undefined): Brand | undefined {
  const told = ofBrand(tag, value);
  return told ?? (heir === undefined || heir === tag ? undefined : ofBrand(heir, value));
}

function ofBrand(name: string, value: object): Brand | undefined {
  if (!isBrandName(name)) return undefined;
  try {
    READERS[name]?.(value);
    return name;
  } catch {
    // An impostor: another object with that tag, or a Proxy of a real one.
    return undefined;
  }
}

function readError(value: unknown): void {
  const { isErrorNatively } = js;
  // Without it: that an engine calls an error so shows only where no tag of its own hides it.
  const isError = isErrorNatively
    ? isErrorNatively(value)
    : js.objectTag(value) === '[object Error]' && typeof (value as Tagged)[Symbol.toStringTag] !== 'string';
  if (!isError) throw new TypeError();
}

interface Tagged {
  readonly [Symbol.toStringTag]?: unknown;
}
