import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

const TICK_MS = 4;
/** What is sent of one response before it is another's turn. */
const PIECE = 8 * 1024;

interface Sending {
  readonly response: ServerResponse;
  readonly body: Uint8Array;
  sent: number;
}

/** A site that is some way off: all that it answers comes after a while, and then no faster than the link, which all answers share. */
export class PacedLink {
  readonly #delayMs: number;
  readonly #bytesPerMs: number;
  readonly #sending: Sending[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(delayMs: number, megabitsPerSecond: number) {
    this.#delayMs = delayMs;
    this.#bytesPerMs = (megabitsPerSecond * 1e6) / 8 / 1e3;
  }

  async send(response: ServerResponse, body: Uint8Array): Promise<void> {
    await delay(this.#delayMs);
    response.flushHeaders();
    this.#sending.push({ response, body, sent: 0 });
    this.#timer ??= this.#start();
  }

  #start(): NodeJS.Timeout {
    let [last, allowed] = [performance.now(), 0];
    return setInterval(() => {
      const now = performance.now();
      allowed += (now - last) * this.#bytesPerMs;
      last = now;
      while (allowed > 0 && this.#sending.length > 0) allowed -= this.#sendPiece();
      if (this.#sending.length > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    }, TICK_MS);
  }

  #sendPiece(): number {
    const next = this.#sending.shift() as Sending;
    const piece = next.body.subarray(next.sent, next.sent + PIECE);
    next.response.write(piece);
    next.sent += piece.length;
    if (next.sent < next.body.length) this.#sending.push(next);
    else next.response.end();
    return piece.length;
  }
}
