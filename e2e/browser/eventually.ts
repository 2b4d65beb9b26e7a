import { setTimeout as delay } from 'node:timers/promises';

const INTERVAL_MS = 100;
// Generous, because the machine may be busy. It does not slow down passing tests.
const TIMEOUT_MS = 30_000;

/** Retries until it returns a value other than `false`. Throws the last error after the timeout. */
export async function eventually<Result>(
  attempt: () => Promise<Result>,
  timeoutMs = TIMEOUT_MS,
): Promise<Exclude<Result, false>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const failure = await attempt().then(
      (value) => (value === false ? new Error('timed out') : { value }),
      (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
    );
    if (!(failure instanceof Error)) return failure.value as Exclude<Result, false>;
    if (Date.now() >= deadline) throw failure;
    await delay(INTERVAL_MS);
  }
}
