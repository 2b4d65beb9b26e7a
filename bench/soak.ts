import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ATTACKS } from '../e2e/attack/attacks.ts';
import { runCrowd } from '../e2e/load/crowd.ts';
import { Random } from '../e2e/load/random.ts';
import { RelayProcess } from '../e2e/stage/relay-process.ts';
import { Inspector } from './inspector.ts';
import { statsOf } from './process-stats.ts';
import { trendOf } from './trend.ts';

/**
 * `npm run soak -- --minutes 10 --rate 500 --seed 1`: checks a relay for leaks under load. With `--hostile` the attacks of
 * `npm run attack` come in between.
 */

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    rate: { type: 'string' },
    seed: { type: 'string' },
    hostile: { type: 'boolean' },
  },
});
const minutes = numberOf(values.minutes, 10);
const perSecond = numberOf(values.rate, 500);
const seed = numberOf(values.seed, Math.floor(Math.random() * 2 ** 31));

/** Enough for a trend, even in a short run. Between attacks there has to be time for them. */
const SAMPLES = values.hostile ? Math.max(6, Math.floor(minutes * 6)) : 60;
const MB = 1024 * 1024;

interface Sample {
  heap: number;
  rss: number;
  fds: number;
}

/** Growth over the second half of the run that still counts as flat. */
const FLAT: Record<keyof Sample, number> = { heap: 0.5 * MB, rss: 8 * MB, fds: 5 };
/** Growth that may remain when all connections are closed: compiled code and kept buffers. */
const LEFT: Record<keyof Sample, number> = { heap: 6 * MB, rss: Number.POSITIVE_INFINITY, fds: 2 };

/** What attackers leave is closed within 3 s. */
const SETTLE_MS = 4_000;
const random = new Random(seed);
/** Without a tokens file and a bus. */
const ATTACKS_OF_ONE_RELAY = ATTACKS.filter(({ kind }) => kind !== 'files' && kind !== 'bus');
let attacks = 0;
const ATTACK_PROCESS = fileURLToPath(new URL('../e2e/attack/attack-process.ts', import.meta.url));

const relay = await RelayProcess.start({ NODE_OPTIONS: '--inspect=127.0.0.1:0' });
const attacker = fork(ATTACK_PROCESS, [relay.url], { execArgv: ['--import', 'tsx'] });
const inspector = await Inspector.attach(relay.output);
const before = await sample();
console.log(`${minutes} min at ${perSecond} calls/s, seed ${seed}`);
console.log('  min     heap      RSS    fds');
print(0, before);

const startedAt = performance.now();
const endsAt = startedAt + minutes * 60_000;
const samples: Sample[] = [];
const sampling = takeSamples();
const verdict = await runCrowd({ relay, seed, callers: 50, clients: 20, goesOn: pace() });
await sampling;
await delay(1_000);
const after = await sample();
print(minutes, after);
inspector.close();
attacker.disconnect();
// Throws if the relay logged an unexpected error.
await relay.stop();

const faults = [...verdict.faults, ...growths(), ...leftovers()];
console.log(`${verdict.calls} calls, ${attacks} attacks:`, verdict.endings);
console.log(faults.length === 0 ? 'flat, and every call answered once' : faults.join('\n'));
process.exitCode = faults.length === 0 ? 0 : 1;

/** Starts calls at a steady rate for all lanes together. */
function pace(): () => Promise<boolean> {
  let next = startedAt;
  return async () => {
    next = Math.max(next + 1_000 / perSecond, performance.now() - 100);
    await delay(next - performance.now());
    return performance.now() < endsAt;
  };
}

async function takeSamples(): Promise<void> {
  for (let index = 1; index <= SAMPLES; index++) {
    const at = startedAt + ((endsAt - startedAt) * index) / (SAMPLES + 1);
    if (values.hostile) await attackUntil(at - SETTLE_MS);
    await delay(at - performance.now());
    // An attack may have taken longer than it had time.
    if (performance.now() > endsAt) return;
    const taken = await sample();
    samples.push(taken);
    if (index % 6 === 0) print((at - startedAt) / 60_000, taken);
  }
}

/** Attacks as often as there is time, then lets the relay get over it: growth is what stays. */
async function attackUntil(end: number): Promise<void> {
  while (performance.now() < end) {
    const done = once(attacker, 'message');
    attacker.send(ATTACKS.indexOf(random.pick(ATTACKS_OF_ONE_RELAY)));
    await done;
    attacks++;
  }
  await delay(SETTLE_MS);
}

async function sample(): Promise<Sample> {
  const heap = await inspector.heapBytes();
  const { rssBytes, fds } = await statsOf(relay.pid);
  return { heap, rss: rssBytes, fds };
}

function print(minute: number, { heap, rss, fds }: Sample): void {
  const mb = (bytes: number) => `${(bytes / MB).toFixed(2)} MB`.padStart(9);
  console.log(`${minute.toFixed(1).padStart(5)}${mb(heap)}${mb(rss)}${String(fds).padStart(7)}`);
}

/** Checks the second half only, because code is compiled and buffers grow at first. */
function growths(): string[] {
  const half = samples.slice(samples.length / 2);
  return measures().flatMap((name) => {
    const { growth, mean } = trendOf(half.map((each) => each[name]));
    console.log(`${name}: mean ${rounded(mean)}, growth over the second half ${rounded(growth)}`);
    return growth > FLAT[name] ? [`not flat: ${name} grew by ${rounded(growth)}, from ${rounded(mean)}`] : [];
  });
}

function leftovers(): string[] {
  return measures()
    .filter((name) => after[name] - before[name] > LEFT[name])
    .map((name) => `not back: ${name} is ${rounded(after[name])} without peers, and was ${rounded(before[name])}`);
}

function measures(): (keyof Sample)[] {
  return ['heap', 'rss', 'fds'];
}

function rounded(value: number): string {
  return Math.abs(value) < 10_000 ? value.toFixed(1) : `${(value / MB).toFixed(2)} MB`;
}

function numberOf(text: string | undefined, otherwise: number): number {
  const number = text === undefined ? otherwise : Number(text);
  if (!(number > 0)) throw new Error(`"${text}" is not a number above 0`);
  return number;
}
