import type { Stats } from '../../shared/stats.ts';

/** The relay's rates and durations between two polls. */
export interface PulsePoint {
  /** Seconds since 1970, by the relay's clock. */
  readonly at: number;
  readonly okPerSecond: number;
  readonly failedPerSecond: number;
  /** Durations in ms. Undefined if no call succeeded. */
  readonly p50: number | undefined;
  readonly p95: number | undefined;
  readonly p99: number | undefined;
}

/** Three minutes at one poll per second. */
export const MAX_POINTS = 180;

/** Compares two polls. Undefined if the relay was restarted between them or no time has passed. */
export function pointBetween(before: Stats, after: Stats): PulsePoint | undefined {
  const at = Date.parse(after.at) / 1_000;
  const seconds = at - Date.parse(before.at) / 1_000;
  if (before.startedAt !== after.startedAt || !(seconds > 0)) return undefined;
  const { boundsMs, counts } = after.calls.durations;
  const took = counts.map((count, index) => count - (before.calls.durations.counts[index] ?? 0));
  return {
    at,
    okPerSecond: (after.calls.ok - before.calls.ok) / seconds,
    failedPerSecond: (after.calls.failed - before.calls.failed) / seconds,
    p50: quantile(0.5, boundsMs, took),
    p95: quantile(0.95, boundsMs, took),
    p99: quantile(0.99, boundsMs, took),
  };
}

/** Like Prometheus' histogram_quantile: linear within a bucket, at most the last bound. */
export function quantile(share: number, bounds: readonly number[], counts: readonly number[]): number | undefined {
  const wanted = share * counts.reduce((sum, count) => sum + count, 0);
  if (wanted === 0) return undefined;
  let below = 0;
  for (const [index, bound] of bounds.entries()) {
    const count = counts[index] ?? 0;
    const from = index === 0 ? 0 : (bounds[index - 1] ?? 0);
    if (below + count >= wanted) return from + ((wanted - below) / count) * (bound - from);
    below += count;
  }
  return bounds.at(-1);
}

/** Appends a point and keeps the newest MAX_POINTS. */
export function withPoint(points: readonly PulsePoint[], point: PulsePoint | undefined): readonly PulsePoint[] {
  return point ? [...points, point].slice(-MAX_POINTS) : points;
}
