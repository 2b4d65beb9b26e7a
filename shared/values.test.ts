import { isDeepStrictEqual } from 'node:util';
import { runInNewContext } from 'node:vm';
import { reactive, readonly, shallowReactive } from '@vue/reactivity';
import fc from 'fast-check';
import { observable } from 'mobx';
import { describe, expect, it } from 'vitest';
import { decodeValue } from './decode-value.ts';
import { serializeValue } from './serialize-value.ts';

const cross = (value: unknown) => decodeValue(JSON.parse(serializeValue(value)));
const encoded = (value: unknown) => JSON.parse(serializeValue(value));
const refusal = (value: unknown) => {
  try {
    serializeValue(value);
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('a serializable value', () => {
  it.each([
    null,
    true,
    false,
    0,
    -1.5,
    1e300,
    '',
    '123',
    '12345678901234567890',
    '😀',
    '\ud800',
    'a\0b',
    '$type',
    [],
    {},
    [1, [2, [3]]],
    { a: { b: [null] } },
    undefined,
    12345678901234567890n,
    -3n,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    -0,
    new Date(0),
    new Date(8.64e15),
    new Map<unknown, unknown>([[{ a: 1 }, new Set([1n])]]),
    new Set([undefined, Number.NaN]),
    new Uint8Array([0, 255]),
    new ArrayBuffer(3),
    new Float64Array([1.5, Number.NaN]),
    new BigInt64Array([-1n]),
    new DataView(new ArrayBuffer(2)),
    { $type: 'bytes', value: 1 },
    { a: [undefined, { $type: {} }] },
  ])('round-trips: %o', (value) => {
    expect(cross(value)).toStrictEqual(value);
  });

  it('round-trips for any value', () => {
    const leaf = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.double(),
      fc.bigInt(),
      fc.boolean(),
      fc.constant(undefined),
      fc.date({ noInvalidDate: true }),
      fc.uint8Array(),
      fc.constant(null),
    );
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        leaf,
        fc.array(tie('tree')),
        fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('__proto__', '$type', 'constructor')), tie('tree'), {
          noNullPrototype: true,
        }),
        fc.array(fc.tuple(tie('tree'), tie('tree'))).map((pairs) => new Map(pairs)),
        fc.array(tie('tree')).map((items) => new Set(items)),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        // toStrictEqual compares `constructor` properties, which are data here.
        expect(isDeepStrictEqual(cross(value), value)).toBe(true);
      }),
    );
  });

  it('is plain JSON if possible', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        fc.pre(!JSON.stringify(value).includes('$type') && !containsNegativeZero(value));
        expect(serializeValue(value)).toBe(JSON.stringify(value));
      }),
    );
  });

  it('keeps invalid dates, errors, and views of larger buffers', () => {
    expect(encoded(new Date(Number.NaN))).toEqual({ $type: 'date', value: null });
    const error = cross(new TypeError('no key')) as Error;
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'TypeError', message: 'no key', stack: expect.stringContaining('no key') });
    expect(cross(new Uint8Array([1, 2, 3, 4]).subarray(1, 3))).toEqual(new Uint8Array([2, 3]));
    expect(encoded(Buffer.from('hi'))).toEqual({ $type: 'bytes', kind: 'Uint8Array', value: 'aGk=' });
  });

  it('decodes a typed array class that the engine lacks to plain bytes', () => {
    const halves = decodeValue({ $type: 'bytes', kind: 'Float16Array', value: 'ADgAvA==' }) as Uint8Array;
    expect(halves.constructor.name).toBe('Float16Array' in globalThis ? 'Float16Array' : 'Uint8Array');
    expect(encoded(halves)).toMatchObject({ value: 'ADgAvA==' });
  });

  it('keeps bytes longer than one chunk', () => {
    const bytes = new Uint8Array(100_000).map((_, index) => index * 7);
    expect(cross(bytes)).toEqual(bytes);
  });

  it('is written as the result of toJSON, or as its own properties', () => {
    class Money {
      amount = 5;
      #secret = 1;
      secret() {
        return this.#secret;
      }
    }
    expect(encoded({ at: { toJSON: () => 'x' }, money: new Money() })).toEqual({ at: 'x', money: { amount: 5 } });
  });

  it('is not changed by a page that changes prototypes', () => {
    const polluted = Array.prototype as unknown as { toJSON?: () => string };
    polluted.toJSON = () => 'owned';
    try {
      expect(serializeValue([1])).toBe('[1]');
    } finally {
      delete polluted.toJSON;
    }
  });
});

describe('a value that cannot be serialized', () => {
  const cycle: { a: { b?: unknown } } = { a: {} };
  cycle.a.b = cycle;
  it.each([
    [{ user: { el: () => 1 } }, 'value.user.el is a function'],
    [[0, Symbol('x')], 'value[1] is a symbol'],
    [cycle, 'value.a.b is a cycle: it is value again'],
    [{ 'a b': Promise.resolve() }, 'value["a b"] is a Promise'],
    [new Map([['k', { f: () => 1 }]]), 'value[0].f is a function'],
  ])('is rejected with its path: %o', (value, message) => {
    expect(refusal(value)).toMatchObject({ code: 'result_not_serializable', message });
  });

  it('is rejected if reading it throws', () => {
    const value = { a: Object.defineProperty({}, 'x', { enumerable: true, get: () => Promise.reject.call(null) }) };
    expect(refusal(value)).toMatchObject({
      code: 'result_not_serializable',
      message: expect.stringMatching(/^value\.a can't be read: /),
    });
  });

  it('is rejected past 500 levels, not at 500', () => {
    const nest = (depth: number) => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
    expect(cross(nest(500))).toEqual(nest(500));
    expect(refusal(nest(501))).toMatchObject({ code: 'result_not_serializable' });
  });
});

/** A class whose instances have a forged tag. */
const tagged = (tag: string, members: object = {}) =>
  Object.assign(Object.create({ [Symbol.toStringTag]: tag, hidden: 1 }), members) as object;
const elsewhere = (code: string): unknown => runInNewContext(code);

describe('a value that looks like a built-in', () => {
  const BUILT_INS = ['Map', 'Set', 'Date', 'Error', 'ArrayBuffer', 'DataView', 'Uint8Array'];
  const WRAPPERS = ['Number', 'String', 'Boolean', 'BigInt', 'Symbol'];

  it.each([...BUILT_INS, ...WRAPPERS])('is written by its properties if only its tag says %s', (tag) => {
    expect(encoded({ v: tagged(tag, { a: 1 }) })).toEqual({ v: { a: 1 } });
    expect(encoded({ v: tagged(tag) })).toEqual({ v: {} });
  });

  it.each([...BUILT_INS, ...WRAPPERS])('is written by its toJSON if only its tag says %s', (tag) => {
    expect(encoded({ v: tagged(tag, { toJSON: () => ['x'] }) })).toEqual({ v: ['x'] });
  });

  const pairs: [unknown, unknown][] = [['k', { a: 1 }]];
  const map = { $type: 'map', value: pairs };
  const set = { $type: 'set', value: [1, 'x'] };
  it.each<[string, unknown, unknown]>([
    ['a reactive Map of Vue', reactive(new Map(pairs)), map],
    ['a shallow one', shallowReactive(new Map(pairs)), map],
    ['one for reading', readonly(new Map(pairs)), map],
    ['one in a reactive object', reactive({ m: new Map(pairs), list: [1] }), { m: map, list: [1] }],
    ['a reactive Set of Vue', reactive(new Set([1, 'x'])), set],
    ['a Map of MobX, which has a toJSON', observable.map(pairs), pairs],
    ['a Set of MobX', observable.set([1, 'x']), [1, 'x']],
    ['an object and a list of MobX', observable({ list: [{ a: 1 }] }), { list: [{ a: 1 }] }],
    ['a class of the page with the methods of a Map', tagged('Map', likeMap(pairs)), map],
    ['an error of before classes', Object.assign(Object.create(Error.prototype), { message: 'm' }), error('m')],
    ['a Proxy of an error', new Proxy(new Error('m'), {}), error('m')],
    ['a Proxy of a typed array', new Proxy(new Uint8Array([7]), {}), { '0': 7 }],
    ['a Proxy of a list', new Proxy([1, 2], {}), [1, 2]],
  ])('is written with its contents: %s', (_what, value, expected) => {
    expect(encoded(value)).toEqual(expected);
  });

  it.each<[string, unknown, unknown]>([
    ['a Map', elsewhere('new Map([["k", { a: 1 }]])'), map],
    ['a Set', elsewhere('new Set([1, "x"])'), set],
    ['a Date', elsewhere('new Date(5)'), { $type: 'date', value: 5 }],
    ['an Error', elsewhere('new TypeError("m")'), error('m', 'TypeError')],
    ['a typed array', elsewhere('new Uint8Array([104, 105])'), { $type: 'bytes', kind: 'Uint8Array', value: 'aGk=' }],
    ['an ArrayBuffer', elsewhere('new ArrayBuffer(1)'), { $type: 'bytes', kind: 'ArrayBuffer', value: 'AA==' }],
    ['a Number', elsewhere('new Number(-0)'), { $type: 'number', value: '-0' }],
    ['a bigint in an object', elsewhere('Object(5n)'), { $type: 'bigint', value: '5' }],
    ['a plain object', elsewhere('({ a: [1] })'), { a: [1] }],
  ])('is recognized from another realm: %s', (_what, value, expected) => {
    expect(encoded(value)).toEqual(expected);
  });

  it('is recognized with a forged tag', () => {
    const tag = (value: object) => Object.defineProperty(value, Symbol.toStringTag, { value: 'Card' });
    expect(encoded(tag(new Map([[1, 2]])))).toEqual({ $type: 'map', value: [[1, 2]] });
    expect(encoded(tag(new Date(5)))).toEqual({ $type: 'date', value: 5 });
    expect(encoded(tag(new Error('m')))).toEqual(error('m'));
  });

  it.each<[string, object]>([
    ['Map', new Map(pairs)],
    ['Set', new Set([1])],
    ['Date', new Date()],
    ['ArrayBuffer', new ArrayBuffer(1)],
    ['DataView', new DataView(new ArrayBuffer(1))],
    ['Number', Object(1)],
    ['BigInt', Object(1n)],
    ['TypedArray', new Uint8Array()],
  ])('is rejected with a clear message: a bare Proxy of a %s', (_name, target) => {
    for (const value of [new Proxy(target, {}), Object.create(Object.getPrototypeOf(target))]) {
      expect(refusal({ v: value })).toMatchObject({
        code: 'result_not_serializable',
        message: expect.stringMatching(/^value\.v can't be read: it(s toJSON belongs| is not) .*\(is it a Proxy\?\)$/),
      });
    }
  });

  it('is rejected with a clear message from another realm', () => {
    const message = expect.stringMatching(/^value can't be read: its toJSON belongs to another class/);
    expect(refusal(elsewhere('new Proxy(new Date(), {})'))).toMatchObject({ message });
  });

  it('is rejected if its buffer was transferred', () => {
    const bytes = new Uint8Array(8);
    const view = new DataView(bytes.buffer);
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
    for (const value of [bytes, view, bytes.buffer]) {
      expect(refusal({ v: value })).toMatchObject({
        message: expect.stringMatching(/^value\.v is a .* without its buffer/),
      });
    }
  });

  it('is rejected even if the page catches the error and continues', () => {
    const forEach = (each: (item: unknown, key: unknown) => void) => {
      for (let index = 0; index < 3; index++) {
        try {
          each(() => index, index);
        } catch {
          // A page may swallow the error.
        }
      }
    };
    expect(refusal(tagged('Map', { size: 3, forEach }))).toMatchObject({ message: 'value[0] is a function' });
  });

  function likeMap(entries: [unknown, unknown][]): object {
    const methods = { forEach: (each: (item: unknown, key: unknown) => void) => entries.map(([k, v]) => each(v, k)) };
    return Object.defineProperties({}, hidden({ size: entries.length, ...methods }));
  }
  function hidden(members: object): PropertyDescriptorMap {
    return Object.fromEntries(Object.entries(members).map(([key, value]) => [key, { value, enumerable: true }]));
  }
  function error(message: string, name = 'Error'): object {
    return { $type: 'error', value: { name, message, stack: expect.any(String) } };
  }
});

describe('a value that is too large', () => {
  const LIMIT = 100_000;
  /** Reading this fails the test. */
  const never = {
    get x() {
      throw new Error('read past the limit');
    },
  };
  const growing = (levels: number): object => ({
    get a() {
      return levels > 0 ? growing(levels - 1) : 1;
    },
    get b() {
      return levels > 0 ? growing(levels - 1) : 1;
    },
  });
  const shared = (depth: number, leaf: unknown = 1) => {
    let value: unknown = leaf;
    for (let level = 0; level < depth; level++) value = [value, value];
    return value;
  };
  const sparse: unknown[] = [];
  sparse[30_000_000] = 1;
  const growingList: unknown[] = [0];
  Object.defineProperty(growingList, '0', { get: () => growingList.push(1, 1), enumerable: true });
  const growingMap = new Map<unknown, unknown>();
  growingMap.set(0, { toJSON: () => growingMap.set(growingMap.size, growingMap.get(0)).size });
  const growingSet = new Set<unknown>();
  growingSet.add({ toJSON: () => growingSet.add({ toJSON: () => grow() }).size });
  function grow(): number {
    return growingSet.add({ toJSON: grow }).size;
  }
  const deep = (bottom: unknown) => {
    let value = bottom;
    for (let level = 0; level < 480; level++) value = [value];
    return value;
  };
  it.each<[string, unknown]>([
    ['a sparse array', sparse],
    ['a shared graph of 2^40 leaves', shared(40)],
    ['a shared graph of 2^40 empty lists', shared(40, [])],
    ['a shared graph of 2^40 empty objects', shared(40, {})],
    ['a long string', 'x'.repeat(2 ** 29 - 100)],
    ['an array with an item past the limit', ['x'.repeat(LIMIT), never]],
    ['an object with a property past the limit', { a: 'x'.repeat(LIMIT), b: never }],
    ['a long key', { ['x'.repeat(LIMIT)]: never }],
    ['an array that claims to be endless', new Proxy([], { get: (_, key) => (key === 'length' ? 2 ** 53 : 1) })],
    ['getters that never end', growing(400)],
    ['a map that grows while it is read', growingMap],
    ['a set that grows while it is read', growingSet],
    ['bytes', new Uint8Array(LIMIT)],
    ['an error with a long message', new Error('x'.repeat(LIMIT))],
    ['many small objects in a deep place', deep(Array.from({ length: LIMIT }, () => ({})))],
    ['a reactive map', reactive(new Map([['k', 'x'.repeat(LIMIT)]]))],
  ])('is rejected at the limit, not after it: %s', (_what, value) => {
    expect(() => serializeValue(value, undefined, LIMIT)).toThrow(
      expect.objectContaining({ code: 'message_too_large', message: expect.stringContaining('larger than 100000') }),
    );
  });

  it('is accepted up to the exact limit', () => {
    for (const value of [
      'x'.repeat(98),
      { a: 'x'.repeat(92) },
      Array.from({ length: 50 }, () => 1).slice(1),
      new Map([[1, 2]]),
    ]) {
      const { length } = serializeValue(value);
      expect(serializeValue(value, undefined, length)).toHaveLength(length);
      expect(() => serializeValue(value, undefined, length - 1)).toThrow('larger than');
    }
  });

  it('is rejected with too many values', () => {
    expect(refusal(Array.from({ length: 2_100_000 }, () => 0))).toMatchObject({
      code: 'message_too_large',
      message: 'value has more than 2000000 values in it: the limit is reached at value[1999999]',
    });
  });

  it('names the path where the limit was reached', () => {
    expect(() => serializeValue({ list: ['x'.repeat(LIMIT)] }, undefined, LIMIT)).toThrow(
      'value is larger than 100000 bytes: the limit is reached at value.list[0]',
    );
  });

  it('is rejected if it is a bigint too long to convert quickly', () => {
    expect(cross(10n ** 9_999n)).toBe(10n ** 9_999n);
    expect(refusal([-(1n << 10_000_000n)])).toMatchObject({
      message: 'value[0] is a bigint of more than 10000 digits',
    });
    expect(() => decodeValue({ $type: 'bigint', value: '1'.repeat(200_000) })).toThrow('more than 10000 digits');
  });
});

describe('a malformed tag', () => {
  it.each([
    { $type: 'nope' },
    { $type: 1 },
    { $type: 'bigint', value: '0x10' },
    { $type: 'bigint', value: '' },
    { $type: 'number', value: '5' },
    { $type: 'bytes', value: '****', kind: 'Uint8Array' },
    { $type: 'bytes', value: 'aGk=', kind: 'toString' },
    { $type: 'bytes', value: 'aGk=', kind: 'Float64Array' },
    { $type: 'map', value: [[1]] },
    { $type: 'set', value: {} },
    { $type: 'object', value: [] },
    { $type: 'date', value: 'x' },
    { $type: 'error' },
  ])('is refused: %o', (json) => {
    expect(() => decodeValue([structuredClone(json)])).toThrow(expect.objectContaining({ code: 'bad_request' }));
  });
});

function containsNegativeZero(value: unknown): boolean {
  if (Object.is(value, -0)) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(containsNegativeZero);
}
