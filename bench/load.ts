import { setTimeout as delay } from 'node:timers/promises';
import type { BenchCaller } from './peers.ts';

/** All calls of the run, and the lost or wrong ones among them. */
export const sum = { calls: 0, bad: 0 };

export interface LoadResult {
  calls: number;
  seconds: number;
}

export interface LoadOptions {
  callers: readonly BenchCaller[];
  clientIds: readonly string[];
  inFlight: number;
  ms: number;
  /** Prefix of each message; its number follows. */
  size: number;
}

/** Longest wait for answers after the last call. */
const ANSWER_TIMEOUT_MS = 10_000;

/** Every caller keeps `inFlight` calls in flight for `ms`. */
export async function runLoad({ callers, clientIds, inFlight, ms, size }: LoadOptions): Promise<LoadResult> {
  const startedAt = performance.now();
  const endsAt = startedAt + ms;
  const counts = { asked: 0, answered: 0, wrong: 0 };
  const lane = async (caller: BenchCaller, turn: number) => {
    for (let next = turn; performance.now() < endsAt; next++) {
      const msg = String(++counts.asked).padStart(size, '-');
      const value = await caller.call(clientIds[next % clientIds.length] ?? '', msg);
      counts.answered++;
      if (value !== msg) counts.wrong++;
    }
  };
  const lanes = callers.flatMap((caller, index) =>
    Array.from({ length: inFlight }, (_, turn) => lane(caller, index + turn)),
  );
  await Promise.race([Promise.all(lanes), delay(ms + ANSWER_TIMEOUT_MS, undefined, { ref: false })]);
  sum.calls += counts.asked;
  sum.bad += counts.wrong + counts.asked - counts.answered;
  const seconds = (performance.now() - startedAt) / 1_000;
  return { calls: counts.answered, seconds };
}
