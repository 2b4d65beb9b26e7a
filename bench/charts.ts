import { mkdir, writeFile } from 'node:fs/promises';
import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { Row } from './report.ts';

const FOLDER = new URL('../docs/images/', import.meta.url);

/** Draws what docs/performance.md shows, one picture a section that has something to be compared. */
export async function drawCharts(rows: readonly Row[]): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  for (const section of new Set(rows.map((row) => row.section))) {
    const drawn = rows.filter((row) => row.section === section && (row.beside || row.section === 'growth'));
    if (drawn.length === 0) continue;
    await writeFile(new URL(`bench-${fileName(section)}.svg`, FOLDER), await draw(section, drawn));
  }
}

/** Without figures: the number of idle clients is the machine's. */
export function fileName(section: string): string {
  return section
    .replaceAll(/[\d,]+/g, '')
    .trim()
    .toLowerCase()
    .replaceAll(/[^a-z]+/g, '-');
}

export async function draw(section: string, rows: readonly Row[]): Promise<string> {
  const values = rows.flatMap(({ name, value, unit, beside }) => [
    { name: `${name} (${unit})`, who: 'Pagewire', value },
    ...(beside ? [{ name: `${name} (${unit})`, who: beside.name, value: beside.value }] : []),
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
    // Each row has its own unit.
    resolve: { scale: { x: 'independent', y: 'independent' } },
    background: 'white',
  };
  return await new View(parse(compile(spec).spec), { renderer: 'none' }).toSVG();
}
