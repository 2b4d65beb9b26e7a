/** Firefox stops a background after 30 s without an extension API call; 20 s leaves 10 s for a late one. */
const KEEPALIVE_MS = 20_000;

/** Keeps this background running by calling an extension API at an interval. */
export class KeepAwake {
  readonly #beat: () => void;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(beat: () => void) {
    this.#beat = beat;
  }

  want(wanted: boolean): void {
    if (wanted) this.#timer ??= setInterval(this.#beat, KEEPALIVE_MS);
    else {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }
}
