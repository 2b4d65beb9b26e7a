import { setTimeout as delay } from 'node:timers/promises';
import { History, type Verdict } from '../load/history.ts';
import type { Answer } from '../load/load-caller.ts';
import { type CallerTraits, type ClientTraits, drawPlan, type Plan } from '../load/plan.ts';
import type { Random } from '../load/random.ts';
import type { ChaosCaller } from './chaos-caller.ts';
import type { Weather } from './weather.ts';

/** Longer than anything that is broken on purpose, and shorter than a run may hang. */
const TIMEOUT_MS = 15_000;
/** A relay answers every call within 30 s, be it by `timeout`. So long after it was asked, a call counts as lost. */
const LOST_MS = 45_000;
const MOST_PAUSE_MS = 40;
const LANES = 4;

/** The calls of a run, and the history of each. */
export class ChaosCalls {
  readonly history = new History();
  /** Calls that have ended well since the start. */
  answered = 0;
  readonly #weather: Weather;
  readonly #clients: readonly ClientTraits[];
  readonly #lanes: Promise<void>[] = [];
  #state: 'running' | 'stopped' = 'running';

  constructor(weather: Weather, clients: readonly ClientTraits[]) {
    this.#weather = weather;
    this.#clients = clients;
  }

  /** Calls by this one, several at a time, until the end. */
  add(caller: ChaosCaller, random: Random): void {
    for (let lane = 0; lane < LANES; lane++) this.#lanes.push(this.#lane(caller, random.fork()));
  }

  /** Makes no more calls, and waits until each has ended. */
  async end(): Promise<Verdict> {
    this.#state = 'stopped';
    await Promise.all(this.#lanes);
    return this.history.end();
  }

  /** One call, from its plan to its end. */
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
      await delay(random.int(0, MOST_PAUSE_MS));
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
