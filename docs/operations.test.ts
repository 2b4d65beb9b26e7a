import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Family, readPrometheusText } from '../server/metrics/read-prometheus-text.ts';
import { startTestRelay, type TestRelay } from '../server/testing/test-relay.ts';

const root = new URL('../', import.meta.url);
const doc = readFileSync(new URL('docs/operations.md', root), 'utf8');

let relay: TestRelay;
let families: Map<string, Family>;
beforeAll(async () => {
  relay = await startTestRelay();
  families = readPrometheusText(await (await fetch(`${relay.url}/metrics`)).text());
});
afterAll(() => relay.close());

/** The cells of the table under a heading, without its head. */
function rowsOf(heading: string): string[][] {
  const section = doc.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) => row.split('|').map((cell) => cell.trim()));
}

const words = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);

describe('docs/operations.md', () => {
  it('lists every metric that the relay has, and no other, with its type and labels', () => {
    const documented = rowsOf('Metrics').map(([, name, type, labels]) => [words(name)[0], type, words(labels)]);
    const measured = [...families].map(([name, { type, samples }]) => [name, type, labelsOf(samples)]);
    const byName = (rows: unknown[][]) => rows.map((row) => JSON.stringify(row)).sort();
    expect(byName(documented)).toEqual(byName(measured));
  });

  it('asks in its queries and alerts only for what there is', () => {
    const queries = [...doc.matchAll(/^```(?:promql|yaml)\n([\s\S]*?)^```$/gm)].map(([, text]) => text).join();
    const samples = [...families.values()].flatMap((family) => family.samples);
    const names = new Set(samples.map(({ name }) => name));
    const asked = [...queries.matchAll(/\b(?:pagewire|process|nodejs)_\w+/g)].map(([name]) => name);
    expect(asked.length).toBeGreaterThan(10);
    expect(asked.filter((name) => !names.has(name))).toEqual([]);
    for (const [, name = '', label = '', value = ''] of queries.matchAll(/\b(pagewire_\w+)\{(\w+)[!=~]+"([^"]+)"/g)) {
      const told = new Set(samples.filter((sample) => sample.name === name).map(({ labels }) => labels[label]));
      expect(
        value.split('|').filter((one) => !told.has(one)),
        `${name}{${label}}`,
      ).toEqual([]);
    }
  });

  it('says of each alert what to do', () => {
    const alerts = [...doc.matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
    expect(rowsOf('Alerts').map(([, name]) => words(name)[0])).toEqual(alerts);
  });

  it('lists every line that the log may have, but for the warnings at the start', () => {
    const sources = readdirSync(new URL('server/', root), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.ts$/.test(name) && !/\.test\.ts$|^test-relay/.test(name))
      .map((name) => readFileSync(new URL(`server/${name}`, root), 'utf8'));
    const lines = sources.flatMap((source) =>
      [
        ...source.matchAll(
          /(?:\blog\.(?:info|warn|error)\(\s*\{[^}]*?\},|\blines\.write\([^,]+,|#note\()\s*'([^']+)'/g,
        ),
      ].map(([, line = '']) => line),
    );
    const fixed = lines.filter((line) => !line.startsWith('OPEN TO') && !line.startsWith('tokens come in clear'));
    const documented = rowsOf('Log lines').map(([, line]) => words(line)[0]);
    expect(new Set(fixed).size).toBeGreaterThan(8);
    expect(documented.slice().sort()).toEqual([...new Set(fixed)].sort());
  });
});

function labelsOf(samples: Family['samples']): string[] {
  return [...new Set(samples.flatMap(({ labels }) => Object.keys(labels)))].filter((label) => label !== 'le');
}
