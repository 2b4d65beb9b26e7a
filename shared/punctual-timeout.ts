/** In browsers and Node, but in no ECMAScript library. Looked up at the call, because tests use fake timers. */
interface Timers {
  setTimeout(run: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
  /** Unlike Date, changes of the machine's clock do not affect it. */
  readonly performance: { now(): number };
}
const timers = globalThis as unknown as Timers;

/** A timer that fires later than this was delayed by a busy thread. */
const LATE_MS = 100;
const MAX_ATTEMPTS = 20;

/**
 * Calls `run` after `ms`, for timeouts that detect silence.
 *
 * A thread that was busy runs its timers before it reads queued messages, so an answer may already be waiting. A
 * timer that fires late therefore starts another short one, until one fires on time: the queue has then been read.
 * On a thread that is never free, `run` is called after MAX_ATTEMPTS.
 *
 * @returns a function that clears the timer
 */
export function setPunctualTimeout(run: () => void, ms: number): () => void {
  let attempts = 0;
  let timer: unknown;
  const wait = (delay: number) => {
    const due = timers.performance.now() + delay;
    timer = timers.setTimeout(() => {
      attempts++;
      if (timers.performance.now() - due <= LATE_MS || attempts >= MAX_ATTEMPTS) run();
      else wait(LATE_MS);
    }, delay);
  };
  wait(ms);
  return () => timers.clearTimeout(timer);
}
