import type { Brand } from './brand-of.ts';
import { MAX_BIGINT_DIGITS } from './limits.ts';
import * as js from './primordials.ts';
import { type Key, notSerializable, type Place } from './value-place.ts';

export function numberText(value: number): string {
  // JSON has no NaN, infinities and -0.
  if (value - value === 0 && !js.is(value, -0)) return `${value}`;
  return `{"$type":"number","value":"${js.is(value, -0) ? '-0' : value}"}`;
}

/** A bound near 10 ** MAX_BIGINT_DIGITS. Counting digits would require converting the bigint to text first. */
const LARGEST_BIGINT = 2n ** BigInt(Math.floor(MAX_BIGINT_DIGITS * Math.log2(10)));

export function bigIntText(value: bigint, parent: Place | undefined, key: Key): string {
  if (value > LARGEST_BIGINT || -value > LARGEST_BIGINT)
    throw notSerializable(parent, key, `is a bigint of more than ${MAX_BIGINT_DIGITS} digits`);
  return `{"$type":"bigint","value":"${js.bigIntToText(value)}"}`;
}

export function dateText(time: number): string {
  return `{"$type":"date","value":${js.is(time, Number.NaN) ? 'null' : time}}`;
}

/** The primitive in a wrapper object such as `Object(5n)`. */
export function unbox(value: object, brand: Brand & ('BigInt' | 'Boolean' | 'Number' | 'String' | 'Symbol')): unknown {
  switch (brand) {
    case 'BigInt':
      return js.bigIntValue(value);
    case 'Boolean':
      return js.booleanValue(value);
    case 'Number':
      return js.numberValue(value);
    case 'String':
      return js.stringValue(value);
    case 'Symbol':
      return js.symbolValue(value);
    default:
      return brand satisfies never;
  }
}
