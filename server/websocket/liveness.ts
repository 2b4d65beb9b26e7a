import type { Socket } from 'node:net';

/** After so many pings in a row without a sign of life a connection is given up: at most 30 s after it went dead. */
const MOST_UNANSWERED = 2;

/** Finds out, every 10 s, whether anybody is at the other end. */
export class Liveness {
  readonly #raw: Socket;
  #bytesHeard = 0;
  #unanswered = 0;

  constructor(raw: Socket) {
    this.#raw = raw;
  }

  /** Whether the peer counts as alive; it is to be pinged then. Anything that came in is a sign of life. */
  check(): boolean {
    if (this.#raw.bytesRead !== this.#bytesHeard) this.#unanswered = 0;
    this.#bytesHeard = this.#raw.bytesRead;
    return this.#unanswered++ < MOST_UNANSWERED;
  }
}
