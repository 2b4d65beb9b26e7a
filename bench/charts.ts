import { mkdir, writeFile } from 'node:fs/promises';
import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { Row } from './report.ts';

const FOLDER = new URL('../docs/images/', import.meta.url);

/** Draws the charts of docs/performance.md, one per section with a baseline. */
export async function drawCharts(rows: readonly Row[]): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  for (const section of new Set(rows.map((row) => row.section))) {
    const drawn = rows.filter((row) => row.section === section && (row.baseline || row.section === 'growth'));
    if (drawn.length === 0) continue;
    await writeFile(new URL(`bench-${fileName(section)}.svg`, FOLDER), await draw(section, drawn));
  }
}

/** Without numbers, because the number of idle clients depends on the machine. */
export function fileName(section: string): string {
  return section
    .replaceAll(/[\d,]+/g, '')
    .trim()
    .toLowerCase()
    .replaceAll(/[^a-z]+/g, '-');
}

export async function draw(section: string, rows: readonly Row[]): Promise<string> {
  const values = rows.flatMap(({ name, value, unit, baseline }) => [
    { name: `${name} (${unit})`, who: 'Pagewire', value },
    ...(baseline ? [{ name: `${name} (${unit})`, who: baseline.name, value: baseline.value }] : []),
  ]);
  const spec: TopLevelSpec = {
    title: section,
    data: { values },
    facet: { row: { field: 'name', title: null, header: { labelAngle: 0, labelAlign: 'left', labelOrient: 'top' } } },
    spec: {
      width: 480,
      mark: 'bar',
      encoding: {
        x: { field: 'value', type: 'quantitative', title: null },
        y: { field: 'who', type: 'nominal', title: null, sort: null },
        color: { field: 'who', type: 'nominal', legend: null },
      },
    },
    // Each row has a unit of its own.
    resolve: { scale: { x: 'independent', y: 'independent' } },
    background: 'white',
  };
  return await new View(parse(compile(spec).spec), { renderer: 'none' }).toSVG();
}
