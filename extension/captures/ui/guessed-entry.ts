import type { CaptureEntry } from './capture-edits.ts';
import type { GuessedFunction } from './guess-capture.ts';

/** The entry for another function. A name that a person has typed stays. */
export function entryForStep(entry: CaptureEntry, before: GuessedFunction, next: GuessedFunction): CaptureEntry {
  const { breakpoint } = entry;
  const name = entry.name === before.entry.name ? next.entry.name : entry.name;
  return { ...next.entry, name, breakpoint, expression: expressionOf(next, breakpoint) };
}

/** The entry with or without a breakpoint. An expression that a person has typed stays. */
export function entryForWay(
  entry: CaptureEntry,
  chosen: GuessedFunction | undefined,
  breakpoint: boolean,
): CaptureEntry {
  const isFilledIn = chosen !== undefined && entry.expression === expressionOf(chosen, entry.breakpoint);
  return { ...entry, breakpoint, ...(isFilledIn ? { expression: expressionOf(chosen, breakpoint) } : {}) };
}

/** A breakpoint reads the function by an expression. */
function expressionOf({ entry, expression }: GuessedFunction, breakpoint: boolean): string {
  return breakpoint ? expression : entry.expression;
}
