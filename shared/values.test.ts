import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
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

describe('a value that crosses', () => {
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
  ])('stays what it was: %o', (value) => {
    expect(cross(value)).toStrictEqual(value);
  });

  it('stays what it was, whatever it is', () => {
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

  it('is plain JSON where it can be', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        fc.pre(!JSON.stringify(value).includes('$type') && !containsNegativeZero(value));
        expect(serializeValue(value)).toBe(JSON.stringify(value));
      }),
    );
  });

  it('keeps an invalid date, an error, and the view of a larger buffer', () => {
    expect(encoded(new Date(Number.NaN))).toEqual({ $type: 'date', value: null });
    const error = cross(new TypeError('no key')) as Error;
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'TypeError', message: 'no key', stack: expect.stringContaining('no key') });
    expect(cross(new Uint8Array([1, 2, 3, 4]).subarray(1, 3))).toEqual(new Uint8Array([2, 3]));
    expect(encoded(Buffer.from('hi'))).toEqual({ $type: 'bytes', kind: 'Uint8Array', value: 'aGk=' });
  });

  it('is binary data of a young kind: its bytes where this engine has no such class', () => {
    const halves = decodeValue({ $type: 'bytes', kind: 'Float16Array', value: 'ADgAvA==' }) as Uint8Array;
    expect(halves.constructor.name).toBe('Float16Array' in globalThis ? 'Float16Array' : 'Uint8Array');
    expect(encoded(halves)).toMatchObject({ value: 'ADgAvA==' });
  });

  it('carries bytes past one chunk exactly', () => {
    const bytes = new Uint8Array(100_000).map((_, index) => index * 7);
    expect(cross(bytes)).toEqual(bytes);
  });

  it('is written as what its toJSON says, or as its own properties', () => {
    class Money {
      amount = 5;
      #secret = 1;
      secret() {
        return this.#secret;
      }
    }
    expect(encoded({ at: { toJSON: () => 'x' }, money: new Money() })).toEqual({ at: 'x', money: { amount: 5 } });
  });

  it('is not changed by what a page does to its prototypes', () => {
    const polluted = Array.prototype as unknown as { toJSON?: () => string };
    polluted.toJSON = () => 'owned';
    try {
      expect(serializeValue([1])).toBe('[1]');
    } finally {
      delete polluted.toJSON;
    }
  });
});

describe('a value that cannot cross', () => {
  const cycle: { a: { b?: unknown } } = { a: {} };
  cycle.a.b = cycle;
  it.each([
    [{ user: { el: () => 1 } }, 'value.user.el is a function'],
    [[0, Symbol('x')], 'value[1] is a symbol'],
    [cycle, 'value.a.b is a cycle: it is value again'],
    [{ 'a b': Promise.resolve() }, 'value["a b"] is a Promise'],
    [new Map([['k', { f: () => 1 }]]), 'value[0].f is a function'],
  ])('is refused with its place: %o', (value, message) => {
    expect(refusal(value)).toMatchObject({ code: 'result_not_serializable', message });
  });

  it('is refused where reading it throws', () => {
    const value = { a: Object.defineProperty({}, 'x', { enumerable: true, get: () => Promise.reject.call(null) }) };
    expect(refusal(value)).toMatchObject({
      code: 'result_not_serializable',
      message: expect.stringMatching(/^value\.a can't be read: /),
    });
  });

  it('is refused past 500 levels, and crosses at 500', () => {
    const nest = (depth: number) => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
    expect(cross(nest(500))).toEqual(nest(500));
    expect(refusal(nest(501))).toMatchObject({ code: 'result_not_serializable' });
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
