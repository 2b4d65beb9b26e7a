import { describe, expect, it } from 'vitest';
import { TokenBucket } from './token-bucket.ts';

describe('RateBucket', () => {
  it('allows a burst of one second, then its rate', () => {
    const bucket = new TokenBucket(10, 10, 0);
    const passed = (now: number) => Array.from({ length: 100 }, () => bucket.take(1, now)).filter(Boolean).length;
    expect([passed(0), passed(50), passed(100), passed(600), passed(60_000)]).toEqual([10, 0, 1, 5, 10]);
  });

  it('lets one larger amount pass and then recovers', () => {
    const bucket = new TokenBucket(10, 10, 0);
    expect([bucket.take(50, 0), bucket.take(1, 3_000), bucket.take(0, 3_999)]).toEqual([true, false, false]);
    expect([bucket.take(0, 4_000), bucket.take(1, 4_099), bucket.take(1, 4_100)]).toEqual([true, false, true]);
  });

  it('tolerates a clock that stands still or goes back', () => {
    const bucket = new TokenBucket(1, 1, 1_000);
    expect([bucket.take(1, 1_000), bucket.take(1, 0), bucket.take(1, 0)]).toEqual([true, false, false]);
  });
});
