import { fileName } from './charts.ts';
import { type Row, ratioOf, rounded } from './report.ts';

/** Results of a run, stored in `bench/results.json`. */
export interface Results {
  /** ISO 8601. */
  readonly measuredAt: string;
  readonly machine: {
    readonly cpu: string | undefined;
    readonly cores: number;
    readonly node: string;
    readonly isPinned: boolean;
  };
  readonly rounds: number;
  readonly calls: number;
  /** Lost or wrongly answered calls. */
  readonly bad: number;
  readonly rows: readonly Row[];
  /** Failed sections and the reasons. */
  readonly failures: readonly string[];
}

/** Replaces sections of a full run by newly measured ones. The page keeps the date of the full run. */
export function withSections(whole: Results, part: Results): Results {
  const replaced = new Set(part.rows.map(({ section }) => section));
  const rows = [...whole.rows.filter(({ section }) => !replaced.has(section)), ...part.rows];
  const { calls, bad } = part;
  return {
    ...whole,
    calls: whole.calls + calls,
    bad: whole.bad + bad,
    rows,
    failures: [...whole.failures, ...part.failures],
  };
}

/** The whole text of `docs/performance.md`. It is generated, so that all numbers are of the same run. */
export function performancePage(results: Results): string {
  const { rows } = results;
  const goals = rows.flatMap(({ goal }) => goal ?? []);
  const met = goals.filter((goal) => goal.met).length;
  return [
    '# Performance',
    `What \`npm run bench\` measured, and how it compares. [bench/README.md](../bench/README.md) describes how. The command generates this page and its charts.`,
    `${about(results)} Of ${goals.length} goals ${met} are met and ${goals.length - met} missed.`,
    ...results.failures.map((failure) => `**Not measured:** ${failure}`),
    ...[...new Set(rows.map(({ section }) => section))].map((section) =>
      sectionText(
        section,
        rows.filter((row) => row.section === section),
      ),
    ),
  ]
    .join('\n\n')
    .concat('\n');
}

function about({ measuredAt, machine, rounds, calls, bad }: Results): string {
  const pinned = machine.isPinned ? 'each process on a core of its own' : 'processes not pinned';
  const who = `${machine.cpu ?? 'an unknown processor'}, ${machine.cores} cores, Node ${machine.node}`;
  return `Measured on ${measuredAt.slice(0, 10)}: ${who}, ${pinned}, medians of ${rounds} rounds. ${calls.toLocaleString('en')} calls were made, of which ${bad} were lost or answered wrongly.`;
}

function sectionText(section: string, rows: readonly Row[]): string {
  const head = '| | measured | baseline | ratio | goal | |\n| --- | --- | --- | --- | --- | --- |';
  const hasChart = rows.some((row) => row.baseline || row.section === 'growth');
  const chart = hasChart ? `\n\n![${section}, measured side by side](images/bench-${fileName(section)}.svg)` : '';
  return `## ${section}\n\n${head}\n${rows.map(line).join('\n')}${chart}`;
}

function line(row: Row): string {
  const { name, value, unit, baseline, goal } = row;
  const ratio = ratioOf(row);
  const cells = [
    name,
    `${rounded(value)} ${unit}`,
    baseline ? `${rounded(baseline.value)} (${baseline.name})` : '',
    ratio === undefined ? '' : ratio.toFixed(2),
    goal?.text ?? '',
    goal ? (goal.met ? 'met' : '**missed**') : '',
  ];
  return `| ${cells.join(' | ')} |`;
}
