import { type Ancestor, ancestorOf, type Brand, brandOf, isNameOfBuiltIn, tagOf } from './brand-of.ts';
import { CallError } from './errors.ts';
import { MAX_FRAME_BYTES } from './limits.ts';
import * as js from './primordials.ts';
import { bigIntText, dateText, numberText, unbox } from './scalar-text.ts';
import { type Key, notSerializable, type Place } from './value-place.ts';
import { bufferBytes, typedArrayBytes, writeBytes } from './write-bytes.ts';
import { writeError } from './write-error.ts';
import {
  countValue,
  enter,
  expectAtLeast,
  leave,
  type NameHostObject,
  put,
  putQuoted,
  startWriting,
  type Writing,
} from './writing.ts';

/**
 * Serializes any JavaScript value to JSON text: plain JSON if possible, else tagged as `{"$type":…,"value":…}`.
 *
 * Objects with a `toJSON` method are written as its result, other class instances as their own enumerable properties.
 * The text is built directly, so that a page's `Array.prototype.toJSON` can't change it. Built-in classes are recognized
 * by internal slots. An object that only looks like one (a Proxy of a Map) is read by its own methods, or as a plain object.
 *
 * @throws CallError `result_not_serializable` with the path (`value.user.el`) for cycles, functions, symbols, DOM nodes,
 * windows, promises and other host objects, throwing getters, and nesting past MAX_NESTING
 * @throws CallError `message_too_large` once the text exceeds `maxLength` or the value has more than MAX_VALUES values.
 * Infinity disables both limits, for values that came over the wire.
 */
export function serializeValue(
  value: unknown,
  nameHostObject: NameHostObject = nothingIsHost,
  maxLength: number = MAX_FRAME_BYTES,
): string {
  const writing = startWriting(nameHostObject, maxLength);
  write(value, undefined, '', writing);
  return writing.done + writing.text;
}

const nothingIsHost: NameHostObject = () => undefined;

function write(value: unknown, parent: Place | undefined, key: Key, writing: Writing): void {
  countValue(parent, key, writing);
  if (typeof value === 'object' && value !== null) writeObject(value, parent, key, writing);
  else if (typeof value === 'string') putQuoted(value, parent, key, writing);
  else put(textOf(value, parent, key), parent, key, writing);
}

function textOf(value: unknown, parent: Place | undefined, key: Key): string {
  switch (typeof value) {
    case 'number':
      return numberText(value);
    case 'bigint':
      return bigIntText(value, parent, key);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'undefined':
      return '{"$type":"undefined"}';
    case 'object':
      return 'null';
    default:
      throw notSerializable(parent, key, `is a ${typeof value}`);
  }
}

function writeObject(value: object, parent: Place | undefined, key: Key, writing: Writing): void {
  const place = enter(value, parent, key, writing);
  try {
    if (js.isArray(value)) writeArray(value, place, writing);
    else if (isPlain(value) || !writeSpecial(value, place, writing)) writeJson(value, place, writing);
  } catch (thrown) {
    if (thrown instanceof CallError) throw thrown;
    // A getter, proxy or toJSON of the page threw, or the stack overflowed.
    throw notSerializable(parent, key, `can't be read: ${messageOf(thrown)}`);
  }
  leave(place, writing);
}

function isPlain(value: object): boolean {
  const prototype = js.getPrototypeOf(value) as object | null;
  return prototype === js.ObjectPrototype || prototype === null;
}

function writeArray(value: readonly unknown[], place: Place, writing: Writing): void {
  const { parent, key } = place;
  // Each item takes at least two characters. A sparse array may be much longer than its contents.
  expectAtLeast(value.length * 2 + 1, parent, key, writing);
  put('[', parent, key, writing);
  for (let index = 0; index < value.length; index++) {
    if (index > 0) put(',', place, index, writing);
    write(value[index], place, index, writing);
  }
  put(']', parent, key, writing);
}

/** Writes an object as JSON.stringify does: by its toJSON, or its own enumerable properties. */
function writeJson(value: object, place: Place, writing: Writing): void {
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === 'function') write(callToJson(toJSON, place), place, '', writing);
  else writeProperties(value as Record<string, unknown>, place, writing);
}

function callToJson(toJSON: object, { parent, key, value }: Place): unknown {
  try {
    return js.callFunction(toJSON, value, js.toText(key));
  } catch (thrown) {
    if (!js.includes(js.functionText(toJSON), '[native code]')) throw thrown;
    // Native toJSON methods (Date's, called on a Proxy) throw unhelpful messages.
    throw notSerializable(parent, key, "can't be read: its toJSON belongs to another class (is it a Proxy?)");
  }
}

function writeProperties(value: Record<string, unknown>, place: Place, writing: Writing): void {
  const { parent, key } = place;
  const names = js.keys(value);
  expectAtLeast(names.length * 4, parent, key, writing);
  const isTagged = js.hasOwn(value, '$type');
  put(isTagged ? '{"$type":"object","value":{' : '{', parent, key, writing);
  for (let index = 0; index < names.length; index++) {
    const name = names[index] as string;
    expectAtLeast(name.length, place, name, writing);
    put(`${index > 0 ? ',' : ''}${js.quote(name)}:`, place, name, writing);
    write(value[name], place, name, writing);
  }
  put(isTagged ? '}}' : '}', parent, key, writing);
}

/** Writes built-in classes. Returns false for a class instance that JSON.stringify's rules apply to. */
function writeSpecial(value: object, place: Place, writing: Writing): boolean {
  const { parent, key } = place;
  const name = js.typedArrayName(value);
  if (name !== undefined) {
    writeBytes(() => typedArrayBytes(value, name), name, place, writing);
    return true;
  }
  const hostName = writing.nameHostObject(value);
  if (hostName !== undefined) throw notSerializable(parent, key, `is ${hostName}`);
  const tag = tagOf(value);
  const ancestor = ancestorOf(value);
  if (tag === 'Object' && ancestor === undefined) return false;
  const brand = brandOf(value, tag, ancestor);
  if (!brand) return writeImpostor(value, { tag, ancestor }, place, writing);
  writeBranded(value, brand, place, writing);
  return true;
}

function writeBranded(value: object, brand: Brand, place: Place, writing: Writing): void {
  const { parent, key } = place;
  switch (brand) {
    case 'ArrayBuffer':
    case 'DataView':
      writeBytes(() => bufferBytes(value, brand), brand, place, writing);
      break;
    case 'Date':
      put(dateText(js.dateTime(value as Date)), parent, key, writing);
      break;
    case 'Map':
      writeEntries('map', (each) => js.mapForEach(value, each), place, writing);
      break;
    case 'Set':
      writeEntries('set', (each) => js.setForEach(value, each), place, writing);
      break;
    case 'Error':
      writeError(value, place, writing);
      break;
    case 'BigInt':
    case 'Boolean':
    case 'Number':
    case 'String':
    case 'Symbol':
      write(unbox(value, brand), parent, key, writing);
      break;
    default:
      brand satisfies never;
  }
}

/** Writes an object that claims a built-in class but lacks its internal slot, or has another class of the browser. */
function writeImpostor(
  value: object,
  { tag, ancestor }: { tag: string; ancestor: Ancestor | undefined },
  place: Place,
  writing: Writing,
): boolean {
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') return false;
  if ((tag === 'Map' || tag === 'Set') && writeByOwnMethods(value, tag, place, writing)) return true;
  if (ancestor === 'Error') {
    writeError(value, place, writing);
    return true;
  }
  if (js.keys(value).length > 0) return false;
  const { parent, key } = place;
  if (ancestor !== undefined)
    throw notSerializable(parent, key, `can't be read: it is not a real ${ancestor} (is it a Proxy?)`);
  // Its contents are not in properties, so `{}` would be wrong.
  if (!isNameOfBuiltIn(tag)) throw notSerializable(parent, key, `is a ${tag}`);
  return false;
}

/** Reads a Map or Set of a reactive framework: a Proxy with working methods. Returns false if these fail. */
function writeByOwnMethods(value: object, tag: 'Map' | 'Set', place: Place, writing: Writing): boolean {
  const { left, valuesLeft, done, text } = writing;
  let failure: { thrown: unknown } | undefined;
  const guard =
    (each: Each): Each =>
    (item, key) => {
      // The page's forEach may catch the error and continue.
      if (failure) throw failure.thrown;
      try {
        each(item, key);
      } catch (thrown) {
        failure = { thrown };
        throw thrown;
      }
    };
  try {
    const { size, forEach } = value as { size?: unknown; forEach?: unknown };
    if (typeof size !== 'number' || typeof forEach !== 'function') return false;
    const kind = tag === 'Map' ? 'map' : 'set';
    writeEntries(kind, (each) => js.callFunction(forEach, value, guard(each)), place, writing);
  } catch {
    // Native methods do not work on a Proxy. A `failure` is rethrown below.
    if (!failure) {
      writing.left = left;
      writing.valuesLeft = valuesLeft;
      writing.done = done;
      writing.text = text;
      return false;
    }
  }
  if (failure) throw (failure as { thrown: unknown }).thrown;
  return true;
}

type Each = (item: unknown, key: unknown) => void;

function writeEntries(kind: 'map' | 'set', forEach: (each: Each) => void, place: Place, writing: Writing): void {
  const { parent, key } = place;
  put(`{"$type":"${kind}","value":[`, parent, key, writing);
  let index = 0;
  forEach((item, itemKey) => {
    if (index > 0) put(',', place, index, writing);
    if (kind === 'map') {
      put('[', place, index, writing);
      write(itemKey, place, ~index, writing);
      put(',', place, index, writing);
    }
    write(item, place, index, writing);
    if (kind === 'map') put(']', place, index, writing);
    index++;
  });
  put(']}', parent, key, writing);
}

function messageOf(thrown: unknown): string {
  try {
    return js.toText((thrown as { message?: unknown } | null)?.message ?? thrown);
  } catch {
    // The page may throw an object whose message can't be read either.
    return 'it throws';
  }
}
