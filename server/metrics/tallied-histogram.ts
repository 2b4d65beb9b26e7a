import { Histogram } from 'prom-client';
import { BOUNDS_MS, type DurationBuckets } from '../observability/duration-buckets.ts';

/** Buckets with their labels. */
export interface Tallied<Label extends string> {
  readonly labels: Record<Label, string>;
  readonly buckets: DurationBuckets;
}

interface TalliedOptions<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: Label[];
  read(): readonly Tallied<Label>[];
}

/** What a histogram tells when it is asked. */
type Told<Label extends string> = Awaited<ReturnType<Histogram<Label>['get']>>;

/**
 * A histogram of what has been counted already. prom-client's own would look labels up for each call, which costs more than
 * the rest of what the relay does with it.
 */
export class TalliedHistogram<Label extends string> extends Histogram<Label> {
  readonly #options: TalliedOptions<Label>;

  constructor(options: TalliedOptions<Label>) {
    const { name, help, labelNames } = options;
    super({ name, help, labelNames, registers: [] });
    this.#options = options;
  }

  override async get(): Promise<Told<Label>> {
    const { name, help, read } = this.#options;
    const values = read().flatMap((tallied) => valuesOf(name, tallied));
    // Its declaration takes the type for a number; it writes the text, which its own metrics have there too.
    const type = 'histogram' as unknown as Told<Label>['type'];
    return { name, help, type, aggregator: 'sum', collect: () => {}, values };
  }

  /** What prom-client asks instead of `get`, to write the text. */
  getForPromString(): Promise<Told<Label>> {
    return this.get();
  }
}

function valuesOf<Label extends string>(name: string, { labels, buckets }: Tallied<Label>): Told<Label>['values'] {
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
