import { describe, expect, it } from 'vitest';
import type { Stats } from '../../shared/stats.ts';
import { MAX_POINTS, type PulsePoint, pointBetween, quantile, withPoint } from './pulse-points.ts';

const STARTED = '2026-01-31T08:00:00.000Z';

function stats(second: number, ok: number, failed: number, counts: number[], startedAt = STARTED): Stats {
  const at = new Date(Date.parse(STARTED) + second * 1_000).toISOString();
  const durations = { boundsMs: [1, 10, 100], counts };
  return { version: '1', startedAt, at, open: 'local', connections: 0, calls: { inFlight: 0, ok, failed, durations } };
}

describe('two polls of a relay', () => {
  it('give the rates and durations between them', () => {
    const point = pointBetween(stats(10, 100, 5, [100, 0, 0, 0]), stats(12, 120, 9, [100, 10, 10, 0]));
    expect(point).toEqual({
      at: Date.parse(STARTED) / 1_000 + 12,
      okPerSecond: 10,
      failedPerSecond: 2,
      p50: 10,
      p95: 91,
      p99: 98.2,
    });
  });

  it('give no durations if no call succeeded', () => {
    expect(pointBetween(stats(1, 5, 0, [5, 0, 0, 0]), stats(2, 5, 1, [5, 0, 0, 0]))).toMatchObject({
      okPerSecond: 0,
      failedPerSecond: 1,
      p50: undefined,
      p99: undefined,
    });
  });

  it('give nothing if the relay was restarted or no time has passed', () => {
    const before = stats(1, 5, 0, [5, 0, 0, 0]);
    expect(pointBetween(before, stats(2, 0, 0, [0, 0, 0, 0], '2026-01-31T08:00:01.500Z'))).toBeUndefined();
    expect(pointBetween(before, before)).toBeUndefined();
  });
});

it('interpolates a quantile within its bucket, up to the last bound', () => {
  expect(quantile(0.5, [1, 10], [4, 0, 0])).toBe(0.5);
  expect(quantile(0.75, [1, 10], [2, 2, 0])).toBe(5.5);
  expect(quantile(0.99, [1, 10], [1, 0, 9])).toBe(10);
  expect(quantile(0.5, [1, 10], [0, 0, 0])).toBeUndefined();
});

it('keeps the newest points', () => {
  const point = (at: number): PulsePoint => ({ at, okPerSecond: 0, failedPerSecond: 0, p50: 1, p95: 1, p99: 1 });
  let points: readonly PulsePoint[] = [];
  for (let at = 0; at < MAX_POINTS + 5; at++) points = withPoint(points, point(at));
  expect([points.length, points[0]?.at]).toEqual([MAX_POINTS, 5]);
  expect(withPoint(points, undefined)).toBe(points);
});
