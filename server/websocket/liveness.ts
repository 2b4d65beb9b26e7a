import type { Socket } from 'node:net';

/** Pings in a row without a sign of life before a connection counts as dead: at most 30 s after it died. */
const MAX_UNANSWERED = 2;

/** Checks every 10 s whether the other end is alive. */
export class Liveness {
  readonly #raw: Socket;
  #bytesHeard = 0;
  #unanswered = 0;

  constructor(raw: Socket) {
    this.#raw = raw;
  }

  /** Whether the other end counts as alive; ping it then. Any byte received is a sign of life. */
  check(): boolean {
    if (this.#raw.bytesRead !== this.#bytesHeard) this.#unanswered = 0;
    this.#bytesHeard = this.#raw.bytesRead;
    return this.#unanswered++ < MAX_UNANSWERED;
  }
}
