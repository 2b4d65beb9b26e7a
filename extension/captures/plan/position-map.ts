import { encode, type SourceMapSegment } from '@jridgewell/sourcemap-codec';
import type { Insertion } from './insertions.ts';

/** What a UTF-16 unit is. A script of some hundred kilobytes has tens of thousands of words: a regular expression takes ten times as long. */
const OTHER = 0;
const WORD = 1;
/** Where a call's parentheses begin, or a text: something of its own, unless a word is in front of it. */
const OPENING = 2;
const NEWLINE = 3;
const KINDS = Uint8Array.from({ length: 128 }, (_, unit) => {
  const character = String.fromCharCode(unit);
  if (/[\w$]/.test(character)) return WORD;
  return /[\r\n]/.test(character) ? NEWLINE : /[([{`'"]/.test(character) ? OPENING : OTHER;
});

function kindOf(unit: number): number {
  // Beyond ASCII nearly all are letters; a position more than needed does no harm.
  return unit < 128 ? (KINDS[unit] ?? OTHER) : unit === 0x2028 || unit === 0x2029 ? NEWLINE : WORD;
}

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
  for (let [at, before] = [0, OTHER]; at < text.length; at++) {
    const kind = kindOf(text.charCodeAt(at));
    if (kind === NEWLINE) {
      const isCrLf = text.startsWith('\r\n', at);
      passInsertions(at);
      lines.push([]);
      if (isCrLf) at++;
      [lineStart, shift] = [at + 1, 0];
    } else if (before !== WORD && kind !== OTHER) {
      passInsertions(at);
      add(at);
    }
    before = kind;
  }
  passInsertions(text.length);
  return lines;
}
