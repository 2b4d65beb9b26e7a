import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { BUNDLED, HIDDEN, WAYS } from '../e2e/captures/capture-table.ts';

const text = readFileSync(new URL('capture.md', import.meta.url), 'utf8');

function table(): string[][] {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.startsWith('| built by'));
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  const cells = (line: string) => line.split('|').slice(1, -1);
  return lines.slice(start, end).map((line) => cells(line).map((cell) => cell.trim()));
}

it('has the table that the suite tests, cell by cell', () => {
  const [head, , ...rows] = table();
  expect(head).toEqual(['built by', ...Object.keys(WAYS)]);
  expect(rows.map(([bundler]) => bundler?.split(' ')[0])).toEqual(BUNDLED);
  for (const index of BUNDLED.keys()) {
    const cells = Object.keys(WAYS).map(() => HIDDEN.join(', '));
    expect(rows[index]?.slice(1)).toEqual(cells);
  }
});

it('names suites that there are', () => {
  for (const suite of Object.values(WAYS)) expect(existsSync(new URL(`../${suite}`, import.meta.url))).toBe(true);
});
