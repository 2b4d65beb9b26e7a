import { ExponentialBackoff, type IBackoff } from 'cockatiel';
import { FIRST_RETRY_MS, LAST_RETRY_MS } from '../../shared/limits.ts';

const BACKOFF = new ExponentialBackoff<number>({
  initialDelay: FIRST_RETRY_MS,
  maxDelay: LAST_RETRY_MS,
  // Doubling, and up to a quarter longer, so that many browsers do not come back to a restarted relay in step.
  generator: (attempts = 0, { initialDelay, maxDelay }) => [
    Math.min(maxDelay, initialDelay * 2 ** attempts * (1 + Math.random() / 4)),
    attempts + 1,
  ],
});

/** The waits between attempts to reach the relay. */
export class RetryDelays {
  #backoff: IBackoff<unknown> | undefined;

  next(): number {
    this.#backoff = this.#backoff ? this.#backoff.next(undefined) : BACKOFF.next();
    return this.#backoff.duration;
  }

  /** After the relay has asked to come again: others were asked too, and not all are to come in the same moment. */
  soon(): number {
    return Math.random() * FIRST_RETRY_MS;
  }

  reset(): void {
    this.#backoff = undefined;
  }
}
