import { ExponentialBackoff, type IBackoff } from 'cockatiel';
import { MAX_RETRY_MS, MIN_RETRY_MS } from './limits.ts';

const BACKOFF = new ExponentialBackoff<number>({
  initialDelay: MIN_RETRY_MS,
  maxDelay: MAX_RETRY_MS,
  // Doubles, with up to 25 % jitter, so that clients do not reconnect to a restarted relay in step.
  generator: (attempts = 0, { initialDelay, maxDelay }) => [
    Math.min(maxDelay, initialDelay * 2 ** attempts * (1 + Math.random() / 4)),
    attempts + 1,
  ],
});

/** A shorter connection does not reset the backoff. */
const STABLE_MS = 10_000;

/** Reconnect delays with exponential backoff, reset once a connection has lasted. */
export class RetryDelays {
  #backoff: IBackoff<unknown> | undefined;

  next(): number {
    this.#backoff = this.#backoff ? this.#backoff.next(undefined) : BACKOFF.next();
    return this.#backoff.duration;
  }

  /**
   * The delay after a restart notice: short, with full jitter, because all connections got the notice. Repeated notices
   * back off as usual.
   */
  soon(): number {
    const isFirst = this.#backoff === undefined;
    const ms = this.next();
    return isFirst ? Math.random() * MIN_RETRY_MS : ms;
  }

  /** Call when a connection closes after `upMs`. */
  ended(upMs: number): void {
    if (upMs >= STABLE_MS) this.reset();
  }

  reset(): void {
    this.#backoff = undefined;
  }
}
