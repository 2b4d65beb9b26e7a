import { CallError } from './errors.ts';
import { isPlainName } from './plain-name.ts';
import * as js from './primordials.ts';

/** A property name or an index. The key of a Map entry has the entry's index as `~index`. */
export type Key = string | number;

/** A container being written and its parents, for messages and for detecting cycles. */
export interface Place {
  readonly parent: Place | undefined;
  readonly key: Key;
  readonly value: object;
  readonly depth: number;
  /** The nearest parent that is not deep (see writing.ts). From there the parents are searched one by one. */
  readonly shallow: Place | undefined;
}

/** Keys are cut in messages, because a page's key may have megabytes. */
const MAX_KEY_LENGTH = 100;

export function notSerializable(parent: Place | undefined, key: Key, what: string): CallError {
  return new CallError('result_not_serializable', `${describePlace(parent, key)} ${what}`);
}

/** `value.user.el` */
export function describePlace(parent: Place | undefined, key: Key): string {
  if (!parent) return 'value';
  return describePlace(parent.parent, parent.key) + describeKey(key);
}

function describeKey(key: Key): string {
  if (typeof key === 'number') return key < 0 ? `[${~key}] key` : `[${key}]`;
  // The result of toJSON has its object's path.
  if (key === '') return '';
  if (key.length > MAX_KEY_LENGTH) return `[${js.quote(`${js.slice(key, 0, MAX_KEY_LENGTH)}…`)}]`;
  return isPlainName(key) ? `.${key}` : `[${js.quote(key)}]`;
}
