import Table from 'cli-table3';

/** One measured number, with its goal if it has one. */
export interface Row {
  section: string;
  name: string;
  value: number;
  unit: string;
  /** The same number of the baseline. */
  beside?: { name: string; value: number };
  goal?: { text: string; met: boolean };
}

/** Measured rows, and the number of lost or wrongly answered calls. */
export interface Findings {
  rows: Row[];
  calls: number;
  bad: number;
}

export function ratioOf({ value, beside }: Row): number | undefined {
  return beside && value / beside.value;
}

export function printTable(rows: readonly Row[]): void {
  const table = new Table({ head: ['', 'measured', 'baseline', 'ratio', 'goal', ''], style: { head: [], border: [] } });
  for (const row of rows) {
    const beside = row.beside ? `${rounded(row.beside.value)} ${row.beside.name}` : '';
    const ratio = ratioOf(row);
    table.push([
      `${row.section}: ${row.name}`,
      `${rounded(row.value)} ${row.unit}`,
      beside,
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
