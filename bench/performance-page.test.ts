import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { performancePage, type Results, withSections } from './performance-page.ts';

const read = (path: string) => readFile(new URL(path, import.meta.url), 'utf8');
const readResults = async () => JSON.parse(await read('results.json')) as Results;

it('generates docs/performance.md from bench/results.json', async () => {
  expect(await read('../docs/performance.md')).toBe(performancePage(await readResults()));
});

it('shows each number with its goal and whether it was met', async () => {
  const results = await readResults();
  const rows = [
    { section: 'http', name: 'calls', value: 20_000, unit: '/s', baseline: { name: 'constant', value: 50_000 } },
    { section: 'http', name: 'wait', value: 2, unit: 'ms', goal: { text: '≤ 1 ms', met: false } },
    { section: 'http', name: 'cost', value: 0.5, unit: 'µs', goal: { text: '≤ 1 µs', met: true } },
  ];
  const page = performancePage({ ...results, rows, bad: 3, failures: ['nodes: no nats-server'] });
  expect(page).toContain('Of 2 goals 1 are met and 1 missed.');
  expect(page).toContain('of which 3 were lost or answered wrongly');
  expect(page).toContain('**Not measured:** nodes: no nats-server');
  expect(page).toContain('| calls | 20,000 /s | 50,000 (constant) | 0.40 |  |  |');
  expect(page).toContain('| wait | 2 ms |  |  | ≤ 1 ms | **missed** |');
  expect(page).toContain('| cost | 0.5 µs |  |  | ≤ 1 µs | met |');
  expect(page).toContain('images/bench-http.svg');
});

it('replaces the previous results of a section', async () => {
  const row = (section: string, value: number) => ({ section, name: 'time', value, unit: 'ms' });
  const whole = { ...(await readResults()), calls: 5, rows: [row('http', 1), row('finder', 2)] };
  const part = { ...whole, calls: 1, rows: [row('finder', 3), row('finder', 4)], failures: [] };
  const { rows, calls } = withSections(whole, part);
  expect(rows).toEqual([row('http', 1), row('finder', 3), row('finder', 4)]);
  expect(calls).toBe(6);
});
