import { encode, type SourceMapSegment } from '@jridgewell/sourcemap-codec';
import type { Insertion } from './insertion-place.ts';

/** Where something may begin that a position is told of: a word, what a call is in parentheses for, a line. */
const STARTS = /\r\n|[\n\r\u2028\u2029]|[\p{L}\p{N}_$]+|(?<![\p{L}\p{N}_$])[([{`'"]/gu;
const NEWLINE = /^[\r\n\u2028\u2029]/;

/**
 * A source map of a script that text was put into: whoever looks at it in developer tools sees the original, with the lines and
 * columns that it has there.
 */
export function positionMap(text: string, insertions: readonly Insertion[], url: string): string {
  const mappings = encode(segmentsOf(text, insertions));
  return JSON.stringify({ version: 3, sources: [url], sourcesContent: [text], names: [], mappings });
}

function segmentsOf(text: string, insertions: readonly Insertion[]): SourceMapSegment[][] {
  const lines: SourceMapSegment[][] = [[]];
  /** Where the line begins, how much has been put into it so far, and what comes next of all that is. */
  let [lineStart, shift, next] = [0, 0, 0];
  const add = (offset: number) => {
    const column = offset - lineStart;
    lines.at(-1)?.push([column + shift, 0, lines.length - 1, column]);
  };
  const passInsertions = (upTo: number) => {
    for (let insertion = insertions[next]; insertion && insertion.offset <= upTo; insertion = insertions[++next]) {
      add(insertion.offset);
      shift += insertion.text.length;
      add(insertion.offset);
    }
  };
  for (const { index, 0: start } of text.matchAll(STARTS)) {
    passInsertions(index);
    if (!NEWLINE.test(start)) {
      add(index);
      continue;
    }
    lines.push([]);
    [lineStart, shift] = [index + start.length, 0];
  }
  passInsertions(text.length);
  return lines;
}
