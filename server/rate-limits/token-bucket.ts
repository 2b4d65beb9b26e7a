/**
 * Lets so much through in a second, with `capacity` saved up at most. What is larger than all of it passes when it is full, and
 * overdraws it: the next waits until that is made good.
 */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #capacity: number;
  #left: number;
  #at: number;

  constructor(perSecond: number, capacity: number, now: number) {
    this.#perSecond = perSecond;
    this.#capacity = capacity;
    this.#left = capacity;
    this.#at = now;
  }

  /** Whether it passes; what does not pass takes nothing. */
  take(amount: number, now: number): boolean {
    const earned = (Math.max(0, now - this.#at) / 1_000) * this.#perSecond;
    this.#at = now;
    this.#left = Math.min(this.#capacity, this.#left + earned);
    if (this.#left < Math.min(amount, this.#capacity)) return false;
    this.#left -= amount;
    return true;
  }
}
