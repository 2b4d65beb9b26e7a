import { Command, InvalidArgumentError } from 'commander';
import { findNatsServer, NATS_SERVER_VARIABLE } from '../cluster/find-nats-server.ts';
import { endWithParent } from '../stage/at-end.ts';
import { report } from './report.ts';
import { type Findings, runChaos } from './run-chaos.ts';

/** `npm run chaos`: chaos testing, one run per seed. */

const NO_NATS = 2;

const { seed, seeds, minutes } = new Command('chaos')
  .option('--seed <number>', 'seed of the first run; repeats a failed run', whole, Math.floor(Math.random() * 1e9))
  .option('--seeds <number>', 'number of runs, each with the next seed', whole, 1)
  .option('--minutes <number>', 'duration of each run', above0, 2)
  .parse()
  .opts<{ seed: number; seeds: number; minutes: number }>();

const natsPath = await findNatsServer(console.log);
if (natsPath === undefined) {
  console.error(`chaos needs nats-server: install it, or set ${NATS_SERVER_VARIABLE}`);
  process.exit(NO_NATS);
}
// All started processes end with this one.
for (const [signal, number] of [
  ['SIGINT', 2],
  ['SIGTERM', 15],
] as const)
  process.once(signal, () => process.exit(128 + number));
endWithParent();
const runs: Findings[] = [];
for (let run = 0; run < seeds; run++) {
  console.log(`\n━━ seed ${seed + run} (${run + 1} of ${seeds})`);
  runs.push(await runChaos({ natsPath, seed: seed + run, seconds: minutes * 60, say: console.log }));
  console.log(report(runs.slice(-1)));
}
if (seeds > 1) console.log(`\n${report(runs)}`);
process.exit(runs.every(({ faults }) => faults.length === 0) ? 0 : 1);

function whole(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('must be a whole number');
}

function above0(text: string): number {
  const number = Number(text);
  if (number > 0 && Number.isFinite(number)) return number;
  throw new InvalidArgumentError('must be a number above 0');
}
