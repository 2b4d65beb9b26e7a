import { readPrometheusText } from './read-prometheus-text.ts';

/** What a relay that needs no token measures now: the samples of this name that have these labels, added up. */
export async function metricOf(relayUrl: string, name: string, labels: Record<string, string>): Promise<number> {
  const families = readPrometheusText(await (await fetch(`${relayUrl}/metrics`)).text());
  const samples = [...families.values()].flatMap((family) => family.samples);
  const fitting = samples.filter(
    (sample) =>
      sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
  );
  if (fitting.length === 0) throw new Error(`nothing is measured as ${name} with ${JSON.stringify(labels)}`);
  return fitting.reduce((sum, { value }) => sum + value, 0);
}
