import { CallError } from '../../shared/errors.ts';
import { lengthOfFunctions, type ServedFunction } from '../../shared/protocol.ts';
import { MAX_FUNCTIONS_LENGTH_IN_ALL, SMALL_FUNCTIONS_LENGTH } from '../limits.ts';

/** What the clients of this relay announce, all together. */
export class AnnouncedFunctions {
  readonly #max: number;
  #length = 0;

  constructor(max = MAX_FUNCTIONS_LENGTH_IN_ALL) {
    this.#max = max;
  }

  /**
   * Counts a client's functions in place of those that counted `before`, and returns what they count.
   *
   * @throws CallError `overloaded` if there is no room for them; then nothing changes
   */
  replace(before: number, functions: readonly ServedFunction[]): number {
    const length = lengthOfFunctions(functions);
    if (length > Math.max(before, SMALL_FUNCTIONS_LENGTH) && this.#length - before + length > this.#max)
      throw new CallError('overloaded', 'the clients of this relay announce too many functions and tabs');
    this.#length += length - before;
    return length;
  }

  remove(length: number): void {
    this.#length -= length;
  }
}
