import { readPrometheusText } from './read-prometheus-text.ts';

/** Sum of a metric's samples with these labels, read from a relay without tokens. For tests. */
export async function metricOf(relayUrl: string, name: string, labels: Record<string, string>): Promise<number> {
  const families = readPrometheusText(await (await fetch(`${relayUrl}/metrics`)).text());
  const samples = [...families.values()].flatMap((family) => family.samples);
  const matching = samples.filter(
    (sample) =>
      sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
  );
  if (matching.length === 0) throw new Error(`no sample of ${name} with ${JSON.stringify(labels)}`);
  return matching.reduce((sum, { value }) => sum + value, 0);
}
