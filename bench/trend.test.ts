import { expect, it } from 'vitest';
import { trendOf } from './trend.ts';

it('finds the growth of a line, also with noise, and none in a flat line', () => {
  expect(trendOf([1, 2, 3, 4])).toEqual({ growth: 3, mean: 2.5 });
  expect(trendOf([5, 5, 5])).toEqual({ growth: 0, mean: 5 });
  expect(trendOf([10, 12, 10, 12, 10, 12, 10]).growth).toBeCloseTo(0);
  expect(trendOf([0, 2, 1, 3, 2, 4]).growth).toBeGreaterThan(2);
});
