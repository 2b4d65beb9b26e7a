import { Histogram } from 'prom-client';
import { BOUNDS_MS, type DurationBuckets } from '../observability/duration-buckets.ts';

/** Buckets with their labels. */
interface Tallied<Label extends string> {
  readonly labels: Record<Label, string>;
  readonly buckets: DurationBuckets;
}

interface TalliedOptions<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: Label[];
  read(): readonly Tallied<Label>[];
}

type MetricValues<Label extends string> = Awaited<ReturnType<Histogram<Label>['get']>>;

/**
 * A histogram over buckets that are already counted. prom-client's own would look up labels on each call, which costs
 * more than the relay's other work for it.
 */
export class TalliedHistogram<Label extends string> extends Histogram<Label> {
  readonly #options: TalliedOptions<Label>;

  constructor(options: TalliedOptions<Label>) {
    const { name, help, labelNames } = options;
    super({ name, help, labelNames, registers: [] });
    this.#options = options;
  }

  override async get(): Promise<MetricValues<Label>> {
    const { name, help, read } = this.#options;
    const values = read().flatMap((tallied) => valuesOf(name, tallied));
    // prom-client declares a number here, but its own metrics hold this string.
    const type = 'histogram' as unknown as MetricValues<Label>['type'];
    return { name, help, type, aggregator: 'sum', collect: () => {}, values };
  }

  /** prom-client calls this instead of `get` to write the text format. */
  getForPromString(): Promise<MetricValues<Label>> {
    return this.get();
  }
}

function valuesOf<Label extends string>(
  name: string,
  { labels, buckets }: Tallied<Label>,
): MetricValues<Label>['values'] {
  let count = 0;
  const cumulated = buckets.counts.map((added, index) => {
    count += added;
    const le = BOUNDS_MS[index] === undefined ? '+Inf' : String(BOUNDS_MS[index] / 1_000);
    return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: count };
  });
  return [
    ...cumulated,
    { metricName: `${name}_sum`, labels, value: buckets.sumMs / 1_000 },
    { metricName: `${name}_count`, labels, value: count },
  ];
}
