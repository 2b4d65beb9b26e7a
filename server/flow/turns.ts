/**
 * Continues long work of all connections, one piece in each turn of the event loop: others are served in between,
 * however many connections ask for long work.
 */
export class Turns {
  #waiting: (() => void)[] = [];

  /** Calls `work`, which ends by itself after SLICE_MS, in a later turn. */
  add(work: () => void): void {
    if (this.#waiting.push(work) === 1) setImmediate(() => this.#next());
  }

  #next(): void {
    const work = this.#waiting.shift();
    if (this.#waiting.length > 0) setImmediate(() => this.#next());
    work?.();
  }
}
