/**
 * Upper bounds in ms. Between one and the next lies a factor of 1.5 to 2: percentiles that are read off them are right to
 * that much. A call may take up to ten minutes.
 */
export const BOUNDS_MS: readonly number[] = [
  0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 7.5, 10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 500, 750, 1_000, 1_500, 2_000,
  3_000, 5_000, 10_000, 30_000, 60_000, 600_000,
];

/** How many calls took how long: a count for each bound, and one for what took longer. */
export class DurationBuckets {
  readonly counts: number[] = new Array(BOUNDS_MS.length + 1).fill(0);
  sumMs = 0;

  add(ms: number): void {
    this.#add(bucketOf(ms), 1);
    this.sumMs += ms;
  }

  static sum(all: readonly DurationBuckets[]): DurationBuckets {
    const sum = new DurationBuckets();
    for (const { counts, sumMs } of all) {
      sum.sumMs += sumMs;
      for (const [index, count] of counts.entries()) sum.#add(index, count);
    }
    return sum;
  }

  #add(index: number, count: number): void {
    this.counts[index] = (this.counts[index] ?? 0) + count;
  }
}

/** The first bucket whose bound is not below; by halves, since each call asks. */
function bucketOf(ms: number): number {
  let low = 0;
  let high = BOUNDS_MS.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ms <= (BOUNDS_MS[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return low;
}
