import type { Findings } from './run-chaos.ts';

/** Summary of runs: a line each, then all faults. */
export function report(runs: readonly Findings[]): string {
  const faults = runs.flatMap(({ seed, faults }) => faults.map((fault) => `  seed ${seed}: ${fault}`));
  const clean = runs.filter(({ faults }) => faults.length === 0).length;
  const verdict = `${clean} of ${runs.length} ${runs.length === 1 ? 'run' : 'runs'} clean`;
  return [...runs.map(lineOf), verdict, ...faults].join('\n');
}

function lineOf({ seed, calls, endings, struck, readyz, atRest }: Findings): string {
  const ways = Object.entries(endings).sort(([, one], [, other]) => other - one);
  return [
    `seed ${seed}: ${calls} calls, ${struck.length} faults`,
    `  calls ended: ${ways.map(([ending, count]) => `${ending} ${count}`).join(', ')}`,
    `  /readyz, correct answers: ${readyz.ready} ready, ${readyz['no bus']} no bus, ${readyz.gone} gone`,
    `  at rest: ${atRest.join('; ') || 'no'}`,
  ].join('\n');
}
