import { matchesPattern, patternsOf } from '../../calls/script-pattern.ts';
import { lineColumnAt } from '../plan/line-column.ts';
import type { CaptureEntry } from './capture-edits.ts';

/** The texts of the scripts that a page has loaded, by URL; undefined if a script could not be read. */
export type LoadedTexts = ReadonlyMap<string, string | undefined>;

/** A shorter anchor is soon ambiguous in the next version of a script. */
const MIN_ANCHOR_LENGTH = 16;
const MAX_ANCHOR_LENGTH = 300;

/**
 * How a capture names an offset in a script: the most general pattern for which an anchor from there on
 * occurs once in all scripts that match; otherwise the script alone, and its line and column.
 */
export function scriptAnchor(
  texts: LoadedTexts,
  script: string,
  offset: number,
): Pick<CaptureEntry, 'script' | 'anchor'> {
  const text = texts.get(script) ?? '';
  const patterns = patternsOf(script);
  for (const pattern of patterns) {
    const others = [...texts].filter(([url]) => url !== script && matchesPattern(pattern, url));
    const anchor = uniqueAnchor(
      text,
      offset,
      others.map(([, other]) => other),
    );
    if (anchor !== undefined) return { script: pattern, anchor };
  }
  const { line, column } = lineColumnAt(text, offset);
  return { script: patterns.at(-1) as string, anchor: `${line}:${column}` };
}

/** The shortest excerpt from the offset on that occurs once in the text, and not in the others. */
function uniqueAnchor(text: string, offset: number, others: readonly (string | undefined)[]): string | undefined {
  for (let length = MIN_ANCHOR_LENGTH; length <= MAX_ANCHOR_LENGTH; length += 4) {
    const anchor = text.slice(offset, offset + length);
    const isUnique = text.indexOf(anchor) === offset && text.indexOf(anchor, offset + 1) < 0;
    // A script that could not be read may have the same text.
    if (isUnique && others.every((other) => other !== undefined && !other.includes(anchor))) return anchor;
    if (offset + length >= text.length) return undefined;
  }
  return undefined;
}
