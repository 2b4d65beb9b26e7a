/** Taken frames are dropped from the array in bulk, once there are this many. */
const MAX_TAKEN = 1_000;

/** A FIFO queue of frames that the remote is not ready to read. */
export class HeldFrames<Held extends { readonly length: number }> {
  #frames: Held[] = [];
  #next = 0;
  #length = 0;

  get isEmpty(): boolean {
    return this.#next === this.#frames.length;
  }

  /** In UTF-16 units, because counting bytes costs time. Non-ASCII text takes more bytes. */
  get length(): number {
    return this.#length;
  }

  add(frames: readonly Held[]): void {
    for (const frame of frames) {
      this.#frames.push(frame);
      this.#length += frame.length;
    }
  }

  /** Removes the oldest frame. */
  take(): Held | undefined {
    const frame = this.#frames[this.#next];
    if (frame === undefined) return undefined;
    this.#next++;
    this.#length -= frame.length;
    if (this.isEmpty) this.clear();
    else if (this.#next >= MAX_TAKEN && this.#next * 2 >= this.#frames.length) this.#leaveTaken();
    return frame;
  }

  /** Frees taken frames even if the queue never becomes empty. */
  #leaveTaken(): void {
    this.#frames = this.#frames.slice(this.#next);
    this.#next = 0;
  }

  clear(): void {
    this.#frames = [];
    this.#next = 0;
    this.#length = 0;
  }
}
