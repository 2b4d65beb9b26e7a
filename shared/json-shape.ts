import { endOfString } from './json-text.ts';
import { MAX_CONTAINERS, MAX_NAMES, MAX_VALUES } from './limits.ts';

/** Shorter texts can't take long, whatever is in them. */
const MIN_LENGTH = 512 * 1024;

/** Bits, by the hash of a name. Few of 100,000 names share one. */
const HASHES = 2 ** 20;
/** Nobody can choose names that share a hash. */
const SEED = Math.floor(Math.random() * 2 ** 32);

/** The depth of a text, up to where it is found too complex. */
export interface JsonShape {
  readonly depth: number;
  /**
   * Whether JSON.parse would take long for the text's length: objects and arrays, and above all different names of
   * members, take a hundred times as long as the same bytes of text.
   */
  readonly isTooComplex: boolean;
}

export function isTooComplex(text: string): boolean {
  return shapeOfLong(text)?.isTooComplex === true;
}

/** Undefined for a text that is too short to be too complex. Counts in one pass, and skips strings. */
export function shapeOfLong(text: string): JsonShape | undefined {
  if (text.length < MIN_LENGTH) return undefined;
  const names = new Uint8Array(HASHES / 8);
  let [containers, values, different, depth, deepest] = [0, 0, 0, 0, 0];
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x5b: // [
      case 0x7b: // {
        containers++;
        if (++depth > deepest) deepest = depth;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth--;
        break;
      case 0x2c: // ,
        values++;
        break;
      case 0x22: {
        // "
        const end = endOfString(text, at);
        if (isName(text, end + 1)) {
          const hash = hashOf(text, at + 1, end);
          const bit = 1 << (hash & 7);
          // `?? 0`: each index is within the array.
          const byte = names[hash >> 3] ?? 0;
          if ((byte & bit) === 0) different++;
          names[hash >> 3] = byte | bit;
        }
        at = end;
        break;
      }
    }
    if (containers > MAX_CONTAINERS || values > MAX_VALUES || different > MAX_NAMES)
      return { depth: deepest, isTooComplex: true };
  }
  return { depth: deepest, isTooComplex: false };
}

/** Whether a colon comes next. */
function isName(text: string, start: number): boolean {
  let at = start;
  while (text.charCodeAt(at) <= 0x20) at++;
  return text.charCodeAt(at) === 0x3a;
}

function hashOf(text: string, start: number, end: number): number {
  let hash = SEED;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) + (hash >>> 15);
  return (hash ^ (hash >>> 12)) & (HASHES - 1);
}
