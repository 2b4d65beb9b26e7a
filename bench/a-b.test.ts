import { expect, it } from 'vitest';
import { aB, quantile } from './a-b.ts';

it('measures in turn, and takes the median of each number', async () => {
  const order: string[] = [];
  let next = 0;
  const measure = (name: string) => async () => {
    order.push(name);
    return { number: next++ };
  };
  expect(await aB(3, { a: measure('a'), b: measure('b') })).toEqual({ a: { number: 2 }, b: { number: 3 } });
  expect(order).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
});

it('finds quantiles', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect([quantile(values, 0.5), quantile(values, 0.99), quantile([7], 0.99)]).toEqual([51, 100, 7]);
});
