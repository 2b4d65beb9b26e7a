import { UNREAD_LOOK_MS } from '../limits.ts';

/** A peer that is there to stay, and for which something waits. */
export interface SlowConsumer {
  readonly unread: number;
  /** Gives it up, because too much waits for all together. */
  evict(): void;
}

/** Peers of one kind. */
export interface SendBuffers {
  /** Those that have not read all, as they are now. */
  slowConsumers(): readonly SlowConsumer[];
}

/**
 * Keeps what waits for all peers together within a bound: past it those go for which most waits, until the rest is within. Calls are not refused instead,
 * since then a few that do not read could hold up everybody. It is looked at now and then, so that nothing is added up while frames pass.
 */
export class SendBufferBound {
  readonly #kinds: readonly SendBuffers[];
  readonly #max: number;
  readonly #timer: NodeJS.Timeout;

  constructor(kinds: readonly SendBuffers[], max: number) {
    this.#kinds = kinds;
    this.#max = max;
    this.#timer = setInterval(() => this.#look(), UNREAD_LOOK_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const readers = this.#kinds.flatMap((kind) => kind.slowConsumers());
    let excess = readers.reduce((sum, { unread }) => sum + unread, 0) - this.#max;
    if (excess <= 0) return;
    for (const { unread, evict: lose } of readers.sort((a, b) => b.unread - a.unread)) {
      lose();
      excess -= unread;
      if (excess <= 0) return;
    }
  }
}
