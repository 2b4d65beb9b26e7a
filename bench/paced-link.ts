import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

const TICK_MS = 4;
/** Bytes sent of one response before the next one's turn. */
const CHUNK_BYTES = 8 * 1024;

interface Sending {
  readonly response: ServerResponse;
  readonly body: Uint8Array;
  sent: number;
}

/** Simulates a remote site: a delay before each answer, and limited bandwidth that all answers share. */
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
    const piece = next.body.subarray(next.sent, next.sent + CHUNK_BYTES);
    next.response.write(piece);
    next.sent += piece.length;
    if (next.sent < next.body.length) this.#sending.push(next);
    else next.response.end();
    return piece.length;
  }
}
