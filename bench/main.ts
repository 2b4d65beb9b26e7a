import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { drawCharts } from './charts.ts';
import { sum } from './load.ts';
import { performancePage, type Results, withSections } from './performance-page.ts';
import { isPinned, pinSelf } from './pinned-process.ts';
import { printTable, type Row } from './report.ts';
import { measureCaptures } from './sections/captures.ts';
import { measureFinder } from './sections/finder.ts';
import { measureGrowth } from './sections/growth.ts';
import { measureHttp } from './sections/http.ts';
import { measureIdle } from './sections/idle.ts';
import { measureLatency } from './sections/latency.ts';
import { measureNodes } from './sections/nodes.ts';
import { measurePage } from './sections/page.ts';
import { measurePayloads } from './sections/payloads.ts';
import { measureRelay } from './sections/relay.ts';

/**
 * `npm run bench -- [--rounds 5] [--into-results] [section…]`: measures, prints a table, and writes bench/results.json,
 * docs/performance.md and its charts. With sections it replaces only their results.
 */

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
  'finder-chromium': (rounds) => measureFinder('chromium', rounds),
  'finder-firefox': (rounds) => measureFinder('firefox', rounds),
  'captures-chromium': (rounds) => measureCaptures('chromium', rounds),
  'captures-firefox': (rounds) => measureCaptures('firefox', rounds),
};
/** Sections that run in a browser use all cores. */
const IN_A_BROWSER = /chromium|firefox/;

/** A longer section has lost a call or a browser. It is skipped. */
const SECTION_TIMEOUT_MS = 300_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '5' }, 'into-results': { type: 'boolean', default: false } },
});
const rounds = Number(values.rounds);
const chosen = positionals.length > 0 ? positionals : Object.keys(SECTIONS);
const rows: Row[] = [];
/** Sections that failed. The others are still measured. */
const failures: string[] = [];
for (const name of chosen) {
  const section = SECTIONS[name];
  if (!section) throw new Error(`unknown section ${name}; known sections: ${Object.keys(SECTIONS).join(', ')}`);
  pinSelf(IN_A_BROWSER.test(name) ? 'all cores' : 'one core');
  const startedAt = performance.now();
  try {
    const found = await inTime(section(rounds));
    rows.push(...found);
    // Printed at once, because a later section may crash.
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
const RESULTS = new URL('results.json', import.meta.url);
if (positionals.length === 0 || values['into-results']) {
  const machine = { cpu: cpus()[0]?.model.trim(), cores: availableParallelism(), node: process.version, isPinned };
  const measured = { measuredAt: new Date().toISOString(), machine, rounds, ...sum, rows, failures };
  const results = positionals.length === 0 ? measured : withSections(await readResults(), measured);
  await writeFile(RESULTS, `${JSON.stringify(results, undefined, 2)}\n`);
  await writeFile(new URL('../docs/performance.md', import.meta.url), performancePage(results));
  await drawCharts(rows);
}
for (const failure of failures) console.log(failure);
// A missed goal is only reported; a wrong answer fails the run.
process.exitCode = sum.bad === 0 && failures.length === 0 ? 0 : 1;
// A skipped section may have left handles that keep the process alive.
process.exit();

async function readResults(): Promise<Results> {
  // This command wrote the file.
  return JSON.parse(await readFile(RESULTS, 'utf8')) as Results;
}

async function inTime(measured: Promise<Row[]>): Promise<Row[]> {
  const late = delay(SECTION_TIMEOUT_MS, undefined, { ref: false }).then(() => {
    throw new Error('it took too long and was skipped');
  });
  return await Promise.race([measured, late]);
}
