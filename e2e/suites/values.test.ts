import '../site/describe-value.js';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { connect, type Relay, type RelayClient } from '../../sdk/node.ts';
import { Stage } from '../stage/stage.ts';

/** Values as arguments and results in a real page, with the SDK. */

interface LabFunctions {
  tell(...values: unknown[]): [description: string, values: unknown[]];
  echo(value: unknown): unknown;
  large(length: number, unit?: string): string;
  halves(): unknown;
  wrapUnsendable(kind: string): never;
  lookalike(kind: string): Promise<{ v: unknown }>;
  huge(kind: string): never;
  throwLong(): never;
}

let stage: Stage;
let relay: Relay;
let lab: RelayClient<LabFunctions>;

beforeAll(async () => {
  stage = await Stage.start(inject('browserName'));
  const names = ['tell', 'echo', 'large', 'halves', 'wrapUnsendable', 'lookalike', 'huge', 'throwLong'];
  await stage.setUp(Object.fromEntries(names.map((name) => [name, `lab.${name}`])));
  relay = await connect(stage.relay.socketUrl);
  lab = relay.client<LabFunctions>(stage.clientId);
});
afterAll(async () => {
  relay?.close();
  await stage?.close();
});

/** The page describes received arguments as text, so that two inverse encoding errors can't hide each other. */
async function expectToCross(values: unknown[]): Promise<void> {
  const [description, back] = await lab.invoke('tell', values);
  expect(description).toBe(describeValue(values));
  expect(describeValue(back)).toBe(description);
}

describe('values', () => {
  // Every UTF-16 unit, including lone surrogates.
  const text = fc.oneof(
    fc.array(fc.nat(0xffff)).map((units) => String.fromCharCode(...units)),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('', '123', '12345678901234567890', '\ud800', '\udc00\ud800', '😀', 'a\0b', '$type', '__proto__'),
  );
  type Kind = { new (buffer: ArrayBuffer, offset: number, length: number): unknown; BYTES_PER_ELEMENT?: number };
  const KINDS: Kind[] = [
    Uint8Array,
    Uint8ClampedArray,
    Int8Array,
    Uint16Array,
    Int16Array,
    Uint32Array,
    Int32Array,
    Float32Array,
    Float64Array,
    BigInt64Array,
    BigUint64Array,
    DataView,
  ];
  // Some are views of larger buffers, whose other bytes must not be sent.
  const bytes = fc
    .record({ Kind: fc.constantFrom(...KINDS), data: fc.uint8Array({ maxLength: 40 }), offset: fc.constantFrom(0, 8) })
    .map(({ Kind, data, offset }) => {
      const size = Kind.BYTES_PER_ELEMENT ?? 1;
      const length = Math.floor(data.length / size);
      const buffer = new ArrayBuffer(offset + length * size + 8);
      new Uint8Array(buffer, offset).set(data.subarray(0, length * size));
      return new Kind(buffer, offset, length);
    });
  const error = fc.record({ name: text, message: text, stack: text }).map(({ message, ...own }) => {
    const hidden = (value: string) => ({ value, enumerable: false });
    return Object.defineProperties(new Error(message), { name: hidden(own.name), stack: hidden(own.stack) });
  });
  const leaf = fc.oneof(
    text,
    fc.double(),
    fc.integer(),
    fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, null, undefined, true, false),
    fc.bigInt(),
    fc.date({ noInvalidDate: false }),
    bytes,
    fc.uint8Array().map((data) => data.slice().buffer),
    error,
  );
  const key = fc.oneof(text, fc.constantFrom('__proto__', '$type', 'constructor', 'toString', 'value', '0'));
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5, depthSize: 'small' },
      leaf,
      fc.array(tie('value')),
      fc.dictionary(key, tie('value'), { noNullPrototype: true }),
      fc.record({ $type: tie('value'), value: tie('value') }),
      fc.array(fc.tuple(tie('value'), tie('value'))).map((pairs) => new Map(pairs)),
      fc.array(tie('value')).map((items) => new Set(items)),
    ),
  }));

  it('arrive in a page unchanged, and return unchanged', async () => {
    const several = fc.array(value, { minLength: 10, maxLength: 30 });
    await fc.assert(fc.asyncProperty(several, expectToCross), { numRuns: 25 });
  });

  it('may nest up to the limit', async () => {
    // Arguments are an array, and this function returns an array.
    await expectToCross([JSON.parse('['.repeat(490) + ']'.repeat(490))]);
  });

  it('keep their typed array class, also if this Node lacks it', async () => {
    const Half = (globalThis as { Float16Array?: new (items: number[]) => unknown }).Float16Array;
    const expected = Half ? new Half([0.5, -1]) : new Uint8Array([0x00, 0x38, 0x00, 0xbc]);
    expect(describeValue(await lab.invoke('halves', []))).toBe(describeValue(expected));
    expect(await stage.value('halves')).toEqual({ $type: 'bytes', kind: 'Float16Array', value: 'ADgAvA==' });
  });
});

describe('a result that cannot be sent', () => {
  it.each([
    ['element', 'value.user.el is a DOM node'],
    ['text', 'value.user.el is a DOM node'],
    ['document', 'value.user.el is a DOM node'],
    ['window', 'value.user.el is a Window'],
    ['frame', 'value.user.el is a Window'],
    ['cycle', 'value.user.el.list[0] is a cycle: it is value.user.el again'],
    ['function', 'value.user.el is a function'],
    ['class', 'value.user.el is a function'],
    ['symbol', 'value.user.el is a symbol'],
    ['promise', 'value.user.el is a Promise'],
    ['weakMap', 'value.user.el is a WeakMap'],
    ['blob', 'value.user.el is a Blob'],
    ['getter', "value.user.el can't be read: not for you"],
    ['keyOfMap', 'value.user.el[0] key is a function'],
  ])('is rejected with its path: %s', async (kind, message) => {
    const call = lab.invoke('wrapUnsendable', [kind]);
    await expect(call).rejects.toMatchObject({ code: 'result_not_serializable', message });
    const answer = await stage.call('wrapUnsendable', [kind]);
    expect(answer).toMatchObject({ status: 422, code: 'result_not_serializable', message });
  });

  it.each([
    ['proxy', /^value\.user\.el can't be read: /],
    ['deep', /^value\.user\.el(\[0\])+ is nested more than 500 deep$/],
  ])('is rejected with its path: %s', async (kind, message) => {
    const refused = { code: 'result_not_serializable', message: expect.stringMatching(message) };
    await expect(lab.invoke('wrapUnsendable', [kind])).rejects.toMatchObject(refused);
  });
});

describe('a value with a forged class', () => {
  const pairs: [string, unknown][] = [['a', { list: [1] }]];
  it.each<[string, unknown]>([
    ['vueMap', new Map(pairs)],
    ['vueSet', new Set(['a', 'b'])],
    ['vueState', new Map(pairs)],
    ['mobxMap', pairs],
    ['mobxSet', ['a', 'b']],
    ['mobxObject', { list: [{ a: 1 }] }],
    ['frameMap', new Map(pairs)],
    ['tagged', { a: 1 }],
  ])('is sent with its contents: %s', async (kind, expected) => {
    expect(await lab.invoke('lookalike', [kind])).toEqual({ v: expected });
  });

  it.each(['proxyOfMap', 'proxyOfDate'])('is rejected with a clear message if empty: %s', async (kind) => {
    const message = expect.stringMatching(
      /^value\.v can't be read: it(s toJSON belongs to another class| is not a real Map) \(is it a Proxy\?\)$/,
    );
    await expect(lab.invoke('lookalike', [kind])).rejects.toMatchObject({ code: 'result_not_serializable', message });
  });
});

describe('an endless result', () => {
  it.each(['sparse', 'shared', 'sharedEmpty', 'growing', 'map', 'text', 'bytes'])(
    'is rejected at the limit, and the page keeps serving: %s',
    async (kind) => {
      await expect(lab.invoke('huge', [kind])).rejects.toMatchObject({ code: 'message_too_large' });
      expect(await lab.invoke('echo', ['next'])).toBe('next');
    },
  );

  it('may be an error, whose texts are cut', async () => {
    const message = `${'x'.repeat(100_000)}…`;
    await expect(lab.invoke('throwLong', [])).rejects.toMatchObject({ code: 'function_threw', message });
  });
});

describe('ten megabytes', () => {
  const TEN_MB = 10_000_000;
  const TEXTS = { 'three bytes each': '价', 'four bytes each': '😀', 'six bytes each, as they are written': '\0' };

  it.each(Object.entries(TEXTS))('are sent in both directions: %s', async (_what, unit) => {
    const encoded = Buffer.byteLength(JSON.stringify(unit)) - 2;
    const text = unit.repeat(TEN_MB / encoded);
    expect((await lab.invoke('echo', [text])) === text).toBe(true);
  });

  it('are sent in both directions as bytes', async () => {
    const bytes = new Uint8Array((TEN_MB / 4) * 3).map((_, index) => index * 7);
    const back = await lab.invoke('echo', [bytes]);
    expect(back instanceof Uint8Array && Buffer.compare(back, bytes)).toBe(0);
  });

  it('are sent twice at once together with a small call', async () => {
    const texts = ['价'.repeat(TEN_MB / 3), 'x'.repeat(TEN_MB)];
    const calls = texts.map((text) => lab.invoke('echo', [text]));
    expect(await lab.invoke('echo', ['small'])).toBe('small');
    const backs = await Promise.all(calls);
    expect(backs.map((back, index) => back === texts[index])).toEqual([true, true]);
  });

  // More than the 64 MiB limit of Chromium's ports.
  it('are returned seven times at once', async () => {
    const lengths = Array.from({ length: 7 }, (_, index) => TEN_MB + index);
    const results = await Promise.all(lengths.map((length) => lab.invoke('large', [length])));
    expect(results.map(({ length }) => length)).toEqual(lengths);
  });

  it.each([
    ['18 MB', 6_000_000, '价'],
    ['100 MB', 100_000_000, 'x'],
  ])('are accepted, but %s are rejected, and the page keeps serving', async (_size, length, unit) => {
    await expect(lab.invoke('large', [length, unit])).rejects.toMatchObject({ code: 'message_too_large' });
    expect(await stage.call('large', [length, unit])).toMatchObject({ status: 413, code: 'message_too_large' });
    expect(await lab.invoke('echo', ['next'])).toBe('next');
  });
});

declare function describeValue(value: unknown): string;
