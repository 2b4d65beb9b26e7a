import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { drawCharts } from './charts.ts';
import { sum } from './load.ts';
import { performancePage } from './performance-page.ts';
import { isPinned, pinSelf } from './pinned-process.ts';
import { printTable, type Row } from './report.ts';
import { measureGrowth } from './sections/growth.ts';
import { measureHttp } from './sections/http.ts';
import { measureIdle } from './sections/idle.ts';
import { measureLatency } from './sections/latency.ts';
import { measureNodes } from './sections/nodes.ts';
import { measurePage } from './sections/page.ts';
import { measurePayloads } from './sections/payloads.ts';
import { measureRelay } from './sections/relay.ts';

/** `npm run bench -- [--rounds 5] [section…]`: measures, prints a table, writes bench/results.json, docs/performance.md and its charts. */

const SECTIONS: Record<string, (rounds: number) => Promise<Row[]>> = {
  relay: measureRelay,
  latency: measureLatency,
  http: measureHttp,
  payloads: measurePayloads,
  growth: () => measureGrowth(),
  idle: () => measureIdle(),
  nodes: measureNodes,
  chromium: (rounds) => measurePage('chromium', rounds),
  firefox: (rounds) => measurePage('firefox', rounds),
};

/** A section that takes longer has lost a call, or a browser: the others are measured all the same. */
const LONGEST_SECTION_MS = 300_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '5' } },
});
const rounds = Number(values.rounds);
const chosen = positionals.length > 0 ? positionals : Object.keys(SECTIONS);
const rows: Row[] = [];
/** Sections that could not be measured; the others are, all the same. */
const failures: string[] = [];
for (const name of chosen) {
  const section = SECTIONS[name];
  if (!section) throw new Error(`there is no section ${name}; there are ${Object.keys(SECTIONS).join(', ')}`);
  pinSelf(name === 'chromium' || name === 'firefox' ? 'all cores' : 'one core');
  const startedAt = performance.now();
  try {
    const found = await inTime(section(rounds));
    rows.push(...found);
    // At once: a later section may take the run down with it.
    printTable(found);
  } catch (error) {
    failures.push(`${name}: ${error}`);
  }
  console.log(`${name}: ${((performance.now() - startedAt) / 1_000).toFixed(0)} s`);
}

printTable(rows);
console.log(`${sum.calls.toLocaleString('en')} calls, of which ${sum.bad} were lost or answered wrongly`);
const missed = rows.filter(({ goal }) => goal && !goal.met).length;
console.log(`${rows.filter(({ goal }) => goal?.met).length} goals met, ${missed} missed`);
if (positionals.length === 0) {
  const machine = { cpu: cpus()[0]?.model.trim(), cores: availableParallelism(), node: process.version, isPinned };
  const results = { measuredAt: new Date().toISOString(), machine, rounds, ...sum, rows, failures };
  await writeFile(new URL('results.json', import.meta.url), `${JSON.stringify(results, undefined, 2)}\n`);
  await writeFile(new URL('../docs/performance.md', import.meta.url), performancePage(results));
  await drawCharts(rows);
}
for (const failure of failures) console.log(failure);
// Goals are for people to read; a wrong answer is a fault.
process.exitCode = sum.bad === 0 && failures.length === 0 ? 0 : 1;
// What a section that was given up has left behind would keep the process alive.
process.exit();

async function inTime(measured: Promise<Row[]>): Promise<Row[]> {
  const late = delay(LONGEST_SECTION_MS, undefined, { ref: false }).then(() => {
    throw new Error('it took too long and was given up');
  });
  return await Promise.race([measured, late]);
}
