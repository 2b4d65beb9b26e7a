/** Runs what is asked for at once, and the last of what is asked for soon after it when the time is up. */
export class Throttle {
  readonly #ms: number;
  #timer: NodeJS.Timeout | undefined;
  #next: (() => void) | undefined;

  constructor(ms: number) {
    this.#ms = ms;
  }

  run(action: () => void): void {
    if (this.#timer) {
      this.#next = action;
      return;
    }
    action();
    this.#timer = setTimeout(() => this.#end(), this.#ms).unref();
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#next = undefined;
  }

  #end(): void {
    const next = this.#next;
    this.cancel();
    if (next) this.run(next);
  }
}
