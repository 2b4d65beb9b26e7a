import { CallError } from './errors.ts';
import { isPlainName } from './plain-name.ts';
import * as js from './primordials.ts';

/** Where something is in its container: a property's name, an item's index, or of a Map's key its entry's index as `~index`. */
export type Key = string | number;

/** A container being written, and the way to it: for messages, and to see a cycle. */
export interface Place {
  readonly parent: Place | undefined;
  readonly key: Key;
  readonly value: object;
  readonly depth: number;
  /** Of a deep place the last one above it that is not: from there on a cycle is looked for one by one. */
  readonly shallow: Place | undefined;
}

/** A key in a message is cut here: a page may have one of megabytes. */
const MAX_KEY_LENGTH = 100;

export function notSerializable(parent: Place | undefined, key: Key, what: string): CallError {
  return new CallError('result_not_serializable', `${describePlace(parent, key)} ${what}`);
}

/** `value.user.el`, as a person would write it. */
export function describePlace(parent: Place | undefined, key: Key): string {
  if (!parent) return 'value';
  return describePlace(parent.parent, parent.key) + describeKey(key);
}

function describeKey(key: Key): string {
  if (typeof key === 'number') return key < 0 ? `[${~key}] key` : `[${key}]`;
  // What a toJSON has returned is at the place of its object.
  if (key === '') return '';
  if (key.length > MAX_KEY_LENGTH) return `[${js.quote(`${js.slice(key, 0, MAX_KEY_LENGTH)}…`)}]`;
  return isPlainName(key) ? `.${key}` : `[${js.quote(key)}]`;
}
