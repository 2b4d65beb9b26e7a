import { setTimeout as delay } from 'node:timers/promises';

const INTERVAL_MS = 100;
// No measure of what is tested: a busy machine is slow, and what is awaited ends the wait.
const PATIENCE_MS = 30_000;

/** Tries until it succeeds (a value other than `false`); what it failed with last is thrown when patience ends. */
export async function eventually<Result>(
  attempt: () => Promise<Result>,
  patienceMs = PATIENCE_MS,
): Promise<Exclude<Result, false>> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const failure = await attempt().then(
      (value) => (value === false ? new Error('it did not come true in time') : { value }),
      (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
    );
    if (!(failure instanceof Error)) return failure.value as Exclude<Result, false>;
    if (Date.now() >= deadline) throw failure;
    await delay(INTERVAL_MS);
  }
}
