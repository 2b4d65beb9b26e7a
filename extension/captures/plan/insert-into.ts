import type { Insertion } from './insertion.ts';

/** Applies the insertions, which are sorted by offset. */
export function insertInto(text: string, insertions: readonly Insertion[]): string {
  let [result, from] = ['', 0];
  for (const { offset, text: inserted } of insertions) {
    result += text.slice(from, offset) + inserted;
    from = offset;
  }
  return result + text.slice(from);
}
