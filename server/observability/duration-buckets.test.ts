import { expect, it } from 'vitest';
import { BOUNDS_MS, DurationBuckets } from './duration-buckets.ts';

/** Counts of the non-empty buckets by their bounds. */
function filled({ counts }: DurationBuckets): [number, number][] {
  return counts.flatMap((count, index) => (count > 0 ? [[BOUNDS_MS[index] ?? Number.POSITIVE_INFINITY, count]] : []));
}

it('counts each duration in the first bucket whose bound is not below it', () => {
  const buckets = new DurationBuckets();
  for (const ms of [0, 0.3, 0.31, 1, 1.01, 599_999, 600_000, 600_001]) buckets.add(ms);
  expect(filled(buckets)).toEqual([
    [0.3, 2],
    [0.5, 1],
    [1, 1],
    [1.5, 1],
    [600_000, 2],
    [Number.POSITIVE_INFINITY, 1],
  ]);
  expect(buckets.sumMs).toBeCloseTo(1_800_002.62);
});

it('has ascending bounds, each less than four times the previous one, except the last', () => {
  const factors = BOUNDS_MS.slice(1, -1).map((bound, index) => bound / (BOUNDS_MS[index] ?? 0));
  expect(factors.filter((factor) => factor <= 1 || factor > 4)).toEqual([]);
});

it('sums durations', () => {
  const [one, other] = [new DurationBuckets(), new DurationBuckets()];
  one.add(1);
  other.add(1);
  other.add(20);
  const sum = DurationBuckets.sum([one, other]);
  expect(filled(sum)).toEqual([
    [1, 2],
    [20, 1],
  ]);
  expect(sum.sumMs).toBe(22);
});
