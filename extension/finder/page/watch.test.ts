import { describe, expect, it, vi } from 'vitest';
import type { PathNode } from './walk.ts';
import { isReplaceable, Watch } from './watch.ts';

function placeOf(holder: object, key: string): PathNode {
  const value = Object.getOwnPropertyDescriptor(holder, key)?.value as object;
  return { root: '', parent: undefined, key, depth: 1, value, holder };
}

function watch(...places: PathNode[]): Watch {
  const watched = places.map((place, id) => ({ id, path: place.key, node: place, onCall: () => {} }));
  return new Watch(
    watched,
    () => {},
    () => 0,
  );
}

describe('a watched function', () => {
  it('reports its arguments and results', () => {
    const shop = { sign: (text: string, at: object) => [text, at] };
    const watching = watch(placeOf(shop, 'sign'));
    shop.sign('an order', { cents: 5 });
    expect(watching.calls).toMatchObject([
      { args: ['"an order"', '{cents: 5}'], end: { kind: 'returned', value: '["an order", {cents: 5}]' } },
    ]);
    watching.stop();
  });

  it('can still be selected, and watched again later', () => {
    const shop = { sign: (text: string) => text };
    const place = placeOf(shop, 'sign');
    const watching = watch(place);
    expect(isReplaceable(place)).toBe(true);
    watching.stop();
    const again = watch(place);
    shop.sign('once more');
    expect(again.calls).toHaveLength(1);
    again.stop();
  });

  it('passes `this`, `new`, results and errors through unchanged', () => {
    const error = new Error('no key');
    class Vault {
      readonly made: unknown;
      constructor() {
        this.made = new.target;
      }
    }
    const shop = {
      self() {
        return this;
      },
      fail() {
        throw error;
      },
      Vault,
    };
    const watching = watch(placeOf(shop, 'self'), placeOf(shop, 'fail'), placeOf(shop, 'Vault'));
    expect(shop.self()).toBe(shop);
    expect(() => shop.fail()).toThrow(error);
    const vault = new shop.Vault();
    expect(vault).toBeInstanceOf(Vault);
    expect(vault.made).toBe(Vault);
    expect(Object.getPrototypeOf(vault)).toBe(Vault.prototype);
    expect(watching.calls.map(({ end }) => end.kind)).toEqual(['returned', 'threw', 'returned']);
    watching.stop();
  });

  it('reports the outcome of a promise, and returns the page its own promise', async () => {
    const promise = Promise.resolve('done');
    const shop = { sign: () => promise };
    const watching = watch(placeOf(shop, 'sign'));
    expect(shop.sign()).toBe(promise);
    expect(watching.calls[0]?.end.kind).toBe('running');
    await promise;
    expect(watching.calls[0]?.end).toEqual({ kind: 'returned', value: '"done"' });
    watching.stop();
  });

  it('runs no getter of a reported value', () => {
    const run = vi.fn();
    const shop = { sign: (_value: object) => 1 };
    const watching = watch(placeOf(shop, 'sign'));
    shop.sign(Object.defineProperty({}, 'secret', { get: run, enumerable: true }));
    expect(run).not.toHaveBeenCalled();
    watching.stop();
  });

  it('reports a limited number of calls', () => {
    const shop = { sign: () => 'x'.repeat(10_000) };
    const watching = watch(placeOf(shop, 'sign'));
    for (let count = 0; count < 1_000; count++) shop.sign();
    expect(JSON.stringify(watching.calls).length).toBeLessThan(40_000);
    watching.stop();
  });
});

describe('a function that is no longer watched', () => {
  it.each([
    ['a usual property', { writable: true, enumerable: true, configurable: true }],
    ['a property that is not enumerable', { writable: true, enumerable: false, configurable: true }],
    ['a property that is not configurable', { writable: true, enumerable: true, configurable: false }],
    ['a property that is not writable', { writable: false, enumerable: true, configurable: true }],
  ])('is exactly as before: %s', (_what, attributes) => {
    const sign = (text: string) => text;
    const shop = Object.defineProperties({} as { sign: typeof sign }, {
      before: { value: 1, enumerable: true, configurable: true },
      sign: { value: sign, ...attributes },
      after: { value: 2, enumerable: true, configurable: true },
    });
    const before = Object.getOwnPropertyDescriptors(shop);
    const watching = watch(placeOf(shop, 'sign'));
    expect(shop.sign('x')).toBe('x');
    expect(watching.calls).toHaveLength(1);
    watching.stop();
    expect(Object.getOwnPropertyDescriptors(shop)).toEqual(before);
    expect(Reflect.ownKeys(shop)).toEqual(['before', 'sign', 'after']);
    expect(shop.sign).toBe(sign);
    expect(shop.sign.toString()).toBe('(text) => text');
    expect(Reflect.ownKeys(sign)).toEqual(['length', 'name']);
  });

  it('stays replaced if the page replaced it meanwhile', () => {
    const shop = { sign: () => 'old' };
    const watching = watch(placeOf(shop, 'sign'));
    shop.sign = () => 'new';
    watching.stop();
    expect(shop.sign()).toBe('new');
  });
});

it('reports functions that can not be watched, and leaves them unchanged', () => {
  const exports = Object.defineProperty({}, 'a', { get: () => () => {}, enumerable: true });
  const frozen = Object.freeze({ sign: () => {} });
  const bundled = { ...placeOf(frozen, 'sign'), holder: exports, key: 'a' };
  expect([isReplaceable(bundled), isReplaceable(placeOf(frozen, 'sign'))]).toEqual([false, false]);
  const watching = watch(bundled, placeOf(frozen, 'sign'));
  expect(watching.refused).toEqual(['a', 'sign']);
  watching.stop();
});
