import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Page } from '../browser/driver.ts';
import { Stage } from '../stage/stage.ts';

/** Results of calls in a page whose policy forbids any connection. */

let stage: Stage;
let page: Page;

beforeAll(async () => {
  stage = await Stage.start(inject('browserName'));
  page = await stage.setUp({
    encrypt: 'shop.crypto.encrypt',
    add: 'lab.add',
    echo: 'window.lab.echo',
    quoted: 'lab["with dashes and spaces"].list[0]',
    increment: 'lab.counter.increment',
    throwError: 'lab.throwError',
    throwString: 'lab.throwString',
    reject: 'lab.reject',
    never: 'lab.never',
    slow: 'lab.slow',
    thenable: 'lab.thenable',
    late: 'lab.late.arrival',
    number: 'lab.counter.count',
    large: 'lab.large',
    ...Object.fromEntries([...Object.keys(VALUES), ...UNSENDABLE].map((name) => [`value ${name}`, `lab.${name}`])),
  });
});
afterAll(() => stage?.close());

const VALUES = {
  number: 42.5,
  nothing: { $type: 'undefined' },
  null: null,
  bigint: { $type: 'bigint', value: '1180591620717411303424' },
  notANumber: { $type: 'number', value: 'NaN' },
  bytes: { $type: 'bytes', kind: 'Uint8Array', value: 'AAH+/w==' },
  date: { $type: 'date', value: 86_400_000 },
  map: { $type: 'map', value: [['a', 1]] },
  set: { $type: 'set', value: ['a', 'b'] },
  unicode: 'naïve 价格 🛒 \u0000 \ud800',
};
const UNSENDABLE = ['cycle', 'element', 'function'];

it('calls a page whose policy forbids any connection', async () => {
  const blocked = await page.evaluate(
    (url) =>
      new Promise((resolve) => {
        document.addEventListener('securitypolicyviolation', () => resolve('blocked'));
        try {
          new WebSocket(url).onopen = () => resolve('open');
        } catch {
          // Some browsers also throw.
        }
      }),
    stage.relay.socketUrl,
  );
  expect(blocked).toBe('blocked');
  const own = await page.evaluate(() => shop.crypto.encrypt('order 17'), undefined);
  expect(await stage.value('encrypt', ['order 17'])).toBe(own);
});

it('passes each argument', async () => {
  expect(await stage.value('add', [20, 22])).toBe(42);
});

it('accepts arguments as JSON, including tagged ones', async () => {
  const args = [
    { a: [1, null, 'x'], ['__proto__']: { b: true } },
    { $type: 'bigint', value: '7' },
  ];
  expect(await stage.value('echo', args)).toEqual(args);
});

it('follows quoted keys and indexes', async () => {
  expect(await stage.value('quoted')).toBe('found');
});

it('calls a method on its own object', async () => {
  const before = Number(await stage.value('increment'));
  expect(await stage.value('increment')).toBe(before + 1);
  expect(await page.evaluate(() => lab.counter.count, undefined)).toBe(before + 1);
});

it('awaits thenables', async () => {
  expect(await stage.value('thenable', ['soon'])).toBe('soon');
});

describe('a function that throws', () => {
  it.each([
    ['throwError', 'CheckoutError', 'the cart is empty'],
    ['reject', 'TypeError', 'no such voucher'],
  ])('returns its error: %s', async (fn, name, message) => {
    const answer = await stage.call(fn);
    expect(answer).toMatchObject({ ok: false, status: 422, code: 'function_threw', details: { name, message } });
    expect(answer).toMatchObject({ message: expect.stringContaining(message) });
    expect(answer).toMatchObject({ details: { stack: expect.stringContaining('lab.js') } });
  });

  it('may throw other values than errors', async () => {
    const answer = await stage.call('throwString');
    expect(answer).toMatchObject({ code: 'function_threw', details: { value: 'just a string' } });
  });
});

it('finds a function that is defined late or replaced', async () => {
  expect(await stage.call('late')).toMatchObject({ code: 'function_not_found' });
  await page.evaluate(() => Object.assign(lab, { late: { arrival: () => 'first' } }), undefined);
  expect(await stage.value('late')).toBe('first');
  await page.evaluate(() => Object.assign(lab, { late: { arrival: () => 'second' } }), undefined);
  expect(await stage.value('late')).toBe('second');
});

it('reports a path to something other than a function', async () => {
  const answer = await stage.call('number');
  expect(answer).toMatchObject({ code: 'function_not_found', message: expect.stringContaining('not a function') });
});

it.each(Object.entries(VALUES))('returns the result: %s', async (name, expected) => {
  expect(await stage.value(`value ${name}`)).toEqual(expected);
});

it.each(UNSENDABLE)('reports a result that cannot be sent: %s', async (name) => {
  expect(await stage.call(`value ${name}`)).toMatchObject({ status: 422, code: 'result_not_serializable' });
});

it('returns ten million characters', async () => {
  expect(String(await stage.value('large', [10_000_000]))).toHaveLength(10_000_000);
});

it('times out a call that never settles', async () => {
  expect(await stage.call('never', [], { timeoutMs: 300 })).toMatchObject({ status: 504, code: 'timeout' });
});

it('runs calls in parallel with a slow one', async () => {
  const slow = stage.value('slow', [1_500, 'slow']);
  const quick = await stage.call('add', [1, 2]);
  expect(quick).toMatchObject({ ok: true, value: 3 });
  expect(quick.ms).toBeLessThan(1_000);
  expect(await slow).toBe('slow');
});

it('answers 300 concurrent calls correctly', async () => {
  const numbers = Array.from({ length: 300 }, (_, index) => index);
  expect(await Promise.all(numbers.map((number) => stage.value('add', [number, 1])))).toEqual(
    numbers.map((number) => number + 1),
  );
});

it('calls only functions that the user has named', async () => {
  expect(await stage.call('alert')).toMatchObject({ status: 404, code: 'function_not_found' });
});

declare const shop: { crypto: { encrypt(text: string): Promise<string> } };
declare const lab: { counter: { count: number } };
