import { CallError } from './errors.ts';
import { MAX_NESTING, MAX_VALUES } from './limits.ts';
import * as js from './primordials.ts';
import { describePlace, type Key, notSerializable, type Place } from './value-place.ts';

/** Names a host object that can't be serialized ("a DOM node"). Undefined for other objects. */
export type NameHostObject = (value: object) => string | undefined;

/** State of serializing one value: the text so far, the remaining limits, and the open containers. */
export interface Writing {
  readonly nameHostObject: NameHostObject;
  readonly maxLength: number;
  /** Remaining UTF-16 units and values. Both also bound the time. */
  left: number;
  valuesLeft: number;
  done: string;
  /** The end of the text, flattened into `done` from time to time: a rope of many small pieces is slow. */
  text: string;
  /** The open containers below level SHALLOW, created when first needed. */
  deep: Set<unknown> | undefined;
}

/** Cycles are detected by walking the parents up to this level, and by a set below it. */
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
  if (writing.text.length > PIECE_LENGTH) flatten(writing);
}

function flatten(writing: Writing): void {
  // Reading a character flattens the rope in every engine.
  js.charCodeAt(writing.text, PIECE_LENGTH);
  writing.done += writing.text;
  writing.text = '';
}

/** Writes a quoted string. Checks its length first, because a page may return half a gigabyte. */
export function putQuoted(text: string, parent: Place | undefined, key: Key, writing: Writing): void {
  expectAtLeast(text.length, parent, key, writing);
  put(js.quote(text), parent, key, writing);
}

/** Rejects a value that can't fit before reading it. */
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

/** @throws CallError `result_not_serializable` for a cycle or too deep nesting */
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
