/** A position in a script's text; both count from 1. */
export interface LineColumn {
  readonly line: number;
  readonly column: number;
}

const NEWLINE = /\r\n|[\n\r\u2028\u2029]/g;

export function lineColumnAt(text: string, offset: number): LineColumn {
  let [line, start] = [1, 0];
  for (const { index, 0: newline } of text.slice(0, offset).matchAll(NEWLINE)) {
    line += 1;
    start = index + newline.length;
  }
  return { line, column: offset - start + 1 };
}

/** Undefined if the text has no such position. */
export function offsetAt(text: string, { line, column }: LineColumn): number | undefined {
  let start = 0;
  if (line > 1) {
    let current = 1;
    let found: number | undefined;
    for (const { index, 0: newline } of text.matchAll(NEWLINE)) {
      current += 1;
      if (current < line) continue;
      found = index + newline.length;
      break;
    }
    if (found === undefined) return undefined;
    start = found;
  }
  const offset = start + column - 1;
  return offset < text.length && !/[\n\r\u2028\u2029]/.test(text.slice(start, offset)) ? offset : undefined;
}
