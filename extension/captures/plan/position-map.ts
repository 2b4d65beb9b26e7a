import { encode, type SourceMapSegment } from '@jridgewell/sourcemap-codec';
import type { Insertion } from './insertion.ts';

/**
 * Classes of UTF-16 units. A table, because a regular expression takes ten times as long on a large script.
 */
const OTHER = 0;
const WORD = 1;
/** Starts a token of its own unless a word precedes it. */
const OPENING = 2;
const NEWLINE = 3;
const KINDS = Uint8Array.from({ length: 128 }, (_, unit) => {
  const character = String.fromCharCode(unit);
  if (/[\w$]/.test(character)) return WORD;
  return /[\r\n]/.test(character) ? NEWLINE : /[([{`'"]/.test(character) ? OPENING : OTHER;
});

function kindOf(unit: number): number {
  // Nearly all characters beyond ASCII are letters; an extra position does no harm.
  return unit < 128 ? (KINDS[unit] ?? OTHER) : unit === 0x2028 || unit === 0x2029 ? NEWLINE : WORD;
}

/** A source map of a rewritten script: developer tools show the original with its own lines and columns. */
export function positionMap(text: string, insertions: readonly Insertion[], url: string): string {
  const mappings = encode(segmentsOf(text, insertions));
  return JSON.stringify({ version: 3, sources: [url], sourcesContent: [text], names: [], mappings });
}

function segmentsOf(text: string, insertions: readonly Insertion[]): SourceMapSegment[][] {
  const lines: SourceMapSegment[][] = [[]];
  /** The start of the line, the length inserted into it so far, and the index of the next insertion. */
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
