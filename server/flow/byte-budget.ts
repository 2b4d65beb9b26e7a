/** Limits how much may be held at once, in UTF-16 units of text: by one owner, and by all owners together. */
export class ByteBudget {
  readonly #max: number;
  readonly #all: ByteBudget | undefined;
  #held = 0;

  constructor(max: number, all?: ByteBudget) {
    this.#max = max;
    this.#all = all;
  }

  /** @returns false if that would be too much; nothing is added then */
  add(length: number): boolean {
    if (this.#held + length > this.#max || this.#all?.add(length) === false) return false;
    this.#held += length;
    return true;
  }

  release(length: number): void {
    this.#held -= length;
    this.#all?.release(length);
  }
}
