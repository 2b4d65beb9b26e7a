export interface Trend {
  /** What the fitted line gains from the first point to the last. */
  growth: number;
  mean: number;
}

/** The straight line with the least squares through values that were taken at equal times. */
export function trendOf(values: readonly number[]): Trend {
  const count = values.length;
  if (count < 2) throw new RangeError('a trend takes two values');
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const middle = (count - 1) / 2;
  let covariance = 0;
  let variance = 0;
  for (const [index, value] of values.entries()) {
    covariance += (index - middle) * (value - mean);
    variance += (index - middle) ** 2;
  }
  return { growth: (covariance / variance) * (count - 1), mean };
}
