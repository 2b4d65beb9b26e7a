import { type LineColumn, lineColumnAt } from './line-column.ts';

/** A position that may be meant, with an excerpt of the source there. */
export type NearMatch = LineColumn & { readonly text: string };

/** The same, with its offset. */
export type TextMatch = NearMatch & { readonly offset: number };

const MAX_SHOWN = 3;
const EXCERPT_LENGTH = 120;
const EXCERPT_BEFORE = 20;
/** Shorter words occur everywhere in a minified script. */
const MIN_WORD_LENGTH = 4;
const MAX_WORDS = 12;
const MAX_OCCURRENCES = 200;

/** The first occurrences of a text. */
export function findMatches(source: string, text: string, most: number = MAX_SHOWN): TextMatch[] {
  const places: TextMatch[] = [];
  for (let at = source.indexOf(text); at >= 0 && places.length < most; at = source.indexOf(text, at + 1)) {
    places.push({ ...describe(source, at), offset: at });
  }
  return places;
}

/**
 * The positions that most resemble a text that does not occur: where most of its words are close together.
 */
export function nearestMatches(source: string, text: string): NearMatch[] {
  const words = wordsOf(text);
  const span = Math.max(text.length * 2, EXCERPT_LENGTH);
  const scores = new Map<number, Set<string>>();
  for (const word of words) {
    for (const at of offsetsOf(source, word)) {
      const bucket = Math.floor(at / span);
      const found = scores.get(bucket) ?? new Set();
      scores.set(bucket, found.add(word));
    }
  }
  const best: (readonly [bucket: number, words: Set<string>])[] = [];
  for (const [bucket, found] of [...scores].sort(([, a], [, b]) => weight(b) - weight(a))) {
    // Adjacent buckets are one match.
    if (!best.some(([other]) => Math.abs(other - bucket) <= 1)) best.push([bucket, found]);
    if (best.length === MAX_SHOWN) break;
  }
  return best
    .sort(([a], [b]) => a - b)
    .map(([bucket, found]) => describe(source, firstOf(source, found, bucket * span)));
}

function wordsOf(text: string): string[] {
  const words = new Set(text.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*|\d{3,}/gu)?.filter(isTelling));
  return [...words].sort((a, b) => b.length - a.length).slice(0, MAX_WORDS);
}

const KEYWORDS = new Set(['function', 'return', 'const', 'this', 'async', 'await', 'class', 'else', 'null', 'void']);

function isTelling(word: string): boolean {
  return word.length >= MIN_WORD_LENGTH && !KEYWORDS.has(word);
}

function offsetsOf(source: string, word: string): number[] {
  const offsets: number[] = [];
  for (let at = source.indexOf(word); at >= 0; at = source.indexOf(word, at + word.length)) {
    // A word that occurs too often says nothing.
    if (offsets.push(at) > MAX_OCCURRENCES) return [];
  }
  return offsets;
}

function weight(words: ReadonlySet<string>): number {
  return [...words].reduce((sum, { length }) => sum + length, 0);
}

function firstOf(source: string, words: ReadonlySet<string>, from: number): number {
  return Math.min(...[...words].map((word) => source.indexOf(word, from)).filter((at) => at >= 0));
}

function describe(source: string, offset: number): NearMatch {
  const start = Math.max(0, offset - EXCERPT_BEFORE);
  const text = source.slice(start, start + EXCERPT_LENGTH).replace(/\s+/g, ' ');
  return { ...lineColumnAt(source, offset), text };
}
