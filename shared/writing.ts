import { CallError } from './errors.ts';
import { MAX_NESTING, MAX_VALUES } from './limits.ts';
import * as js from './primordials.ts';
import { describePlace, type Key, notSerializable, type Place } from './value-place.ts';

/** Names what a host object is ("a DOM node") where it can't cross, undefined where it may. */
export type NameHostObject = (value: object) => string | undefined;

/** One value on its way to text: what has been written, how much more may be, and which containers are open. */
export interface Writing {
  readonly nameHostObject: NameHostObject;
  readonly maxLength: number;
  /** So many UTF-16 units, and so many values, may still be written. This bounds the time as well, whatever is read. */
  left: number;
  valuesLeft: number;
  done: string;
  /** What has been written last: one string of many small pieces would take the engine long. */
  text: string;
  /** The open containers past SHALLOW levels, once there are any. */
  deep: Set<unknown> | undefined;
}

/** So many levels are looked through for a cycle one by one; deeper ones by a set: a value may have millions of objects there. */
const SHALLOW = 16;

const PIECE_LENGTH = 4_096;

export function startWriting(nameHostObject: NameHostObject, maxLength: number): Writing {
  const isBounded = maxLength < Number.POSITIVE_INFINITY;
  const bounds = { maxLength, left: maxLength, valuesLeft: isBounded ? MAX_VALUES : maxLength };
  return { nameHostObject, ...bounds, done: '', text: '', deep: undefined };
}

/** Writes a piece of JSON text at a place. @throws CallError `message_too_large` */
export function put(text: string, parent: Place | undefined, key: Key, writing: Writing): void {
  writing.left -= text.length;
  if (writing.left < 0) throw tooLarge(parent, key, writing);
  writing.text += text;
  if (writing.text.length > PIECE_LENGTH) putAway(writing);
}

function putAway(writing: Writing): void {
  // To look into it makes one flat string of its pieces, in every engine.
  js.charCodeAt(writing.text, PIECE_LENGTH);
  writing.done += writing.text;
  writing.text = '';
}

/** Writes a text of the page's. It is not looked at where it can't fit: a page may hand out half a gigabyte. */
export function putQuoted(text: string, parent: Place | undefined, key: Key, writing: Writing): void {
  expectAtLeast(text.length, parent, key, writing);
  put(js.quote(text), parent, key, writing);
}

/** Refuses what can't fit before any of it is read. */
export function expectAtLeast(length: number, parent: Place | undefined, key: Key, writing: Writing): void {
  if (length > writing.left) throw tooLarge(parent, key, writing);
}

export function countValue(parent: Place | undefined, key: Key, writing: Writing): void {
  if (--writing.valuesLeft < 0) {
    const where = parent ? `: the limit is reached at ${describePlace(parent, key)}` : '';
    throw new CallError('message_too_large', `value has more than ${MAX_VALUES} values in it${where}`);
  }
}

function tooLarge(parent: Place | undefined, key: Key, { maxLength }: Writing): CallError {
  const where = parent ? `: the limit is reached at ${describePlace(parent, key)}` : '';
  return new CallError('message_too_large', `value is larger than ${maxLength} bytes${where}`);
}

/** @throws CallError `result_not_serializable` for a cycle, and too deep. */
export function enter(value: object, parent: Place | undefined, key: Key, writing: Writing): Place {
  const depth = parent ? parent.depth + 1 : 1;
  const isDeep = depth > SHALLOW;
  const shallow = isDeep ? (parent?.shallow ?? parent) : undefined;
  const isAmongDeep = isDeep && writing.deep !== undefined && js.setHas(writing.deep, value);
  for (let place = isDeep && !isAmongDeep ? shallow : parent; place; place = place.parent) {
    if (place.value === value)
      throw notSerializable(parent, key, `is a cycle: it is ${describePlace(place.parent, place.key)} again`);
  }
  if (depth > MAX_NESTING) throw notSerializable(parent, key, `is nested more than ${MAX_NESTING} deep`);
  if (isDeep) {
    writing.deep ??= new js.CapturedSet();
    js.setAdd(writing.deep, value);
  }
  return { parent, key, value, depth, shallow };
}

export function leave({ value, depth }: Place, { deep }: Writing): void {
  if (depth > SHALLOW && deep) js.setDelete(deep, value);
}
