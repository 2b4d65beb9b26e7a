import { setTimeout as delay } from 'node:timers/promises';
import { History, type Verdict } from '../load/history.ts';
import type { Answer } from '../load/load-caller.ts';
import { type CallerTraits, type ClientTraits, drawPlan, type Plan } from '../load/plan.ts';
import type { Random } from '../load/random.ts';
import type { ChaosCaller } from './chaos-caller.ts';
import type { Weather } from './weather.ts';

/** Longer than any fault lasts. */
const TIMEOUT_MS = 15_000;
/** The relay answers every call within 30 s, at least with `timeout`. Later a call counts as lost. */
const LOST_MS = 45_000;
const MAX_PAUSE_MS = 40;
const LANES = 4;

/** The calls of a run with their histories. */
export class ChaosCalls {
  readonly history = new History();
  /** Successful calls so far. */
  answered = 0;
  readonly #weather: Weather;
  readonly #clients: readonly ClientTraits[];
  readonly #lanes: Promise<void>[] = [];
  #state: 'running' | 'stopped' = 'running';

  constructor(weather: Weather, clients: readonly ClientTraits[]) {
    this.#weather = weather;
    this.#clients = clients;
  }

  /** Makes concurrent calls by this caller until stopped. */
  add(caller: ChaosCaller, random: Random): void {
    for (let lane = 0; lane < LANES; lane++) this.#lanes.push(this.#lane(caller, random.fork()));
  }

  /** Stops, and waits until all calls have ended. */
  async end(): Promise<Verdict> {
    this.#state = 'stopped';
    await Promise.all(this.#lanes);
    return this.history.end();
  }

  /** Makes one call. */
  async make(caller: Pick<ChaosCaller, 'call' | 'controls'>, drawn: Plan): Promise<Answer | undefined> {
    const mayEnd = this.#weather.begin(drawn.mayEnd);
    const plan: Plan = { timeoutMs: TIMEOUT_MS, ...drawn, mayEnd };
    const task = this.history.begin(plan);
    const abort = plan.cancelAfterMs === undefined ? undefined : new AbortController();
    const cancel = abort && setTimeout(() => abort.abort(), plan.cancelAfterMs);
    const { clientId, timeoutMs } = plan;
    const answer = await inTime(caller.call({ clientId, task, timeoutMs, signal: abort?.signal }));
    clearTimeout(cancel);
    this.#weather.end(mayEnd);
    if (answer) this.history.answered(task, answer);
    if (answer?.ok) this.answered++;
    return answer;
  }

  async #lane(caller: ChaosCaller, random: Random): Promise<void> {
    const traits: CallerTraits = { controls: caller.controls, restless: false };
    while (this.#state === 'running') {
      await this.make(caller, drawPlan(random, traits, random.pick(this.#clients)));
      await delay(random.int(0, MAX_PAUSE_MS));
    }
  }
}

async function inTime(answered: Promise<Answer>): Promise<Answer | undefined> {
  const patience = new AbortController();
  const lost = delay(LOST_MS, undefined, { signal: patience.signal }).catch(() => undefined);
  const answer = await Promise.race([answered, lost]);
  patience.abort();
  return answer;
}
