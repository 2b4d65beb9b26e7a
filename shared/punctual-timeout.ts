/** In every browser and in Node, but in no ECMAScript library that this folder may name. Looked up at the call: tests have clocks of their own. */
interface Timers {
  setTimeout(run: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
}
const timers = globalThis as unknown as Timers;

/** A timer that fires later than this has waited for its own thread. */
const LATE_MS = 100;
const MAX_ATTEMPTS = 20;

/**
 * Calls `run` after so much time: for what takes silence for a failure.
 *
 * A thread that was busy runs its timers before it reads the messages that have come meanwhile, and what was answered long ago
 * would count as silent. So a timer that fires late only starts a further short one, until one is in time: then all
 * that was queued has been read. Where the thread is never free, it runs after twenty of them.
 *
 * @returns what ends it
 */
export function setPunctualTimeout(run: () => void, ms: number): () => void {
  let attempts = 0;
  let timer: unknown;
  const wait = (delay: number) => {
    const due = Date.now() + delay;
    timer = timers.setTimeout(() => {
      attempts++;
      if (Date.now() - due <= LATE_MS || attempts >= MAX_ATTEMPTS) run();
      else wait(LATE_MS);
    }, delay);
  };
  wait(ms);
  return () => timers.clearTimeout(timer);
}
