/** So many that were taken are kept with the others before they are left behind, all at once. */
const MAX_TAKEN = 1_000;

/** Frames that wait for their peer to read those before them, in order. */
export class HeldFrames<Held extends { readonly length: number }> {
  #frames: Held[] = [];
  #next = 0;
  #length = 0;

  get isEmpty(): boolean {
    return this.#next === this.#frames.length;
  }

  /** In UTF-16 units: of what is not ASCII it takes more bytes, and nothing is measured for it. */
  get length(): number {
    return this.#length;
  }

  add(frames: readonly Held[]): void {
    for (const frame of frames) {
      this.#frames.push(frame);
      this.#length += frame.length;
    }
  }

  /** The oldest; undefined where there is none. */
  take(): Held | undefined {
    const frame = this.#frames[this.#next];
    if (frame === undefined) return undefined;
    this.#next++;
    this.#length -= frame.length;
    if (this.isEmpty) this.clear();
    else if (this.#next >= MAX_TAKEN && this.#next * 2 >= this.#frames.length) this.#leaveTaken();
    return frame;
  }

  /** A peer that reads on and never catches up leaves none of this empty, and what it has read would stay. */
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
