import Table from 'cli-table3';

/** One measured number, with its goal if it has one. */
export interface Row {
  section: string;
  name: string;
  value: number;
  unit: string;
  /** The same number of the baseline. */
  baseline?: { name: string; value: number };
  goal?: { text: string; met: boolean };
}

/** Measured rows, and the number of lost or wrongly answered calls. */
export interface Findings {
  rows: Row[];
  calls: number;
  bad: number;
}

export function ratioOf({ value, baseline }: Row): number | undefined {
  return baseline && value / baseline.value;
}

export function printTable(rows: readonly Row[]): void {
  const table = new Table({ head: ['', 'measured', 'baseline', 'ratio', 'goal', ''], style: { head: [], border: [] } });
  for (const row of rows) {
    const baseline = row.baseline ? `${rounded(row.baseline.value)} ${row.baseline.name}` : '';
    const ratio = ratioOf(row);
    table.push([
      `${row.section}: ${row.name}`,
      `${rounded(row.value)} ${row.unit}`,
      baseline,
      ratio === undefined ? '' : ratio.toFixed(2),
      row.goal?.text ?? '',
      row.goal ? (row.goal.met ? 'met' : 'MISSED') : '',
    ]);
  }
  console.log(table.toString());
}

export function rounded(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en');
  return String(Number(value.toPrecision(3)));
}
