import { setTimeout as delay } from 'node:timers/promises';
import type { Verdict } from '../load/history.ts';
import { Random } from '../load/random.ts';
import { FAULTS, type Fault } from './faults.ts';
import { ReadinessWatch } from './readiness-watch.ts';
import { World } from './world.ts';

export interface ChaosOptions {
  readonly natsPath: string;
  readonly seed: number;
  /** No fault starts after this time. */
  readonly seconds: number;
  readonly faults?: readonly Fault[];
  say(line: string): void;
}

/** Result of a run. */
export interface Findings extends Verdict {
  readonly seed: number;
  /** The injected faults in order. */
  readonly struck: readonly string[];
  readonly readyz: ReadinessWatch['heard'];
  /** Resources of each node at the start and at the end. */
  readonly atRest: readonly string[];
}

/** Calm time without faults, when each call must end as planned. */
const CALM_MS = 500;

/** Injects one fault after the other, repairs each, and checks the outcome of every call. */
export async function runChaos(options: ChaosOptions): Promise<Findings> {
  const { seed, seconds, say } = options;
  const random = new Random(seed);
  const world = await World.start(options.natsPath, random);
  try {
    await world.calm();
    const { history } = world.calls;
    const readiness = new ReadinessWatch(world.nodes, (what) => history.fault(what));
    world.begin(random);
    const struck: string[] = [];
    const until = performance.now() + seconds * 1_000;
    const schedule = scheduleOf(options.faults ?? FAULTS, random.fork());
    const started = performance.now();
    while (performance.now() < until) {
      const fault = schedule();
      struck.push(fault.name);
      say(`${elapsed(started)}  ${fault.name}`);
      await strike(fault, world, random.fork());
    }
    const verdict = await world.calls.end();
    await readiness.stop();
    say(`${elapsed(started)}  every call has ended; checking memory and files`);
    const atRest = await world.disconnectAll().catch((thrown: Error) => {
      history.fault(thrown.message);
      return [];
    });
    return { ...verdict, ...history.end(), seed, struck, readyz: readiness.heard, atRest };
  } finally {
    await world.remove();
  }
}

async function strike({ endings, ms, strike }: Fault, world: World, random: Random): Promise<void> {
  const isOver = world.weather.trouble(endings);
  const mend = await strike(world, random);
  await delay(random.int(...ms));
  await mend();
  try {
    await world.calm();
  } catch (thrown) {
    world.calls.history.fault((thrown as Error).message);
  }
  isOver();
  await delay(CALM_MS);
}

/** Each fault once in an order by the seed, then again in another order. */
function scheduleOf(faults: readonly Fault[], random: Random): () => Fault {
  let left: Fault[] = [];
  return () => {
    if (left.length === 0) left = [...faults];
    const fault = random.pick(left);
    left = left.filter((other) => other !== fault);
    return fault;
  };
}

function elapsed(since: number): string {
  return `${((performance.now() - since) / 1_000).toFixed(1).padStart(6)} s`;
}
