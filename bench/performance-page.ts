import { fileName } from './charts.ts';
import { type Row, ratioOf, rounded } from './report.ts';

/** What one run of the bench has found; `bench/results.json` holds it. */
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
  /** Lost, or answered wrongly. */
  readonly bad: number;
  readonly rows: readonly Row[];
  /** Sections that could not be measured, and why. */
  readonly failures: readonly string[];
}

/** A run of all sections, in which some have been measured anew; when the others were is still what the page says. */
export function withSections(whole: Results, part: Results): Results {
  const anew = new Set(part.rows.map(({ section }) => section));
  const rows = [...whole.rows.filter(({ section }) => !anew.has(section)), ...part.rows];
  const { calls, bad } = part;
  return {
    ...whole,
    calls: whole.calls + calls,
    bad: whole.bad + bad,
    rows,
    failures: [...whole.failures, ...part.failures],
  };
}

/** `docs/performance.md`, whole: nothing in it is written by hand, so that no number outlives the run that it is of. */
export function performancePage(results: Results): string {
  const { rows } = results;
  const goals = rows.flatMap(({ goal }) => goal ?? []);
  const met = goals.filter((goal) => goal.met).length;
  return [
    '# Performance',
    `What \`npm run bench\` measured, and how it compares. [bench/README.md](../bench/README.md) says how each number is measured. The command writes this page and its charts.`,
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
  const head = '| | measured | beside it | ratio | goal | |\n| --- | --- | --- | --- | --- | --- |';
  const hasChart = rows.some((row) => row.beside || row.section === 'growth');
  const chart = hasChart ? `\n\n![${section}, measured side by side](images/bench-${fileName(section)}.svg)` : '';
  return `## ${section}\n\n${head}\n${rows.map(line).join('\n')}${chart}`;
}

function line(row: Row): string {
  const { name, value, unit, beside, goal } = row;
  const ratio = ratioOf(row);
  const cells = [
    name,
    `${rounded(value)} ${unit}`,
    beside ? `${rounded(beside.value)} (${beside.name})` : '',
    ratio === undefined ? '' : ratio.toFixed(2),
    goal?.text ?? '',
    goal ? (goal.met ? 'met' : '**missed**') : '',
  ];
  return `| ${cells.join(' | ')} |`;
}
