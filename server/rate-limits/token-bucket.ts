/**
 * Token bucket: refills by `perSecond`, holds at most `capacity`. An amount above the capacity passes if the
 * bucket is full, and leaves a debt.
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

  /** Returns whether the amount passes. A rejected amount takes nothing. */
  take(amount: number, now: number): boolean {
    const earned = (Math.max(0, now - this.#at) / 1_000) * this.#perSecond;
    this.#at = now;
    this.#left = Math.min(this.#capacity, this.#left + earned);
    if (this.#left < Math.min(amount, this.#capacity)) return false;
    this.#left -= amount;
    return true;
  }
}
