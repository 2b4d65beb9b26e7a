export interface Trend {
  /** Growth of the fitted line from the first point to the last. */
  growth: number;
  mean: number;
}

/** Least-squares line through values taken at equal intervals. */
export function trendOf(values: readonly number[]): Trend {
  const count = values.length;
  if (count < 2) throw new RangeError('a trend needs two values');
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
