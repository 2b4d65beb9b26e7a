import { UNREAD_LOOK_MS } from '../limits.ts';

/** A connection with unsent bytes. */
export interface SlowConsumer {
  readonly unread: number;
  /** Closes it, because all send buffers together are over the limit. */
  evict(): void;
}

/** The send buffers of one kind of connection. */
export interface SendBuffers {
  /** The connections that have unsent bytes now. */
  slowConsumers(): readonly SlowConsumer[];
}

/**
 * Total send-buffer limit. Above it, the connections with the largest buffers are closed until the rest is within
 * the limit. Calls are not rejected instead: a few slow consumers could then block everybody. Checked at an
 * interval, so that sending frames costs nothing extra.
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
