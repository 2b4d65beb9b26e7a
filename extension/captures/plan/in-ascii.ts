import type { Capture } from '../../sites/capture-schema.ts';

/**
 * Code in ASCII, as any charset can spell it: JavaScript has an escape for every letter of names and texts. Of letters with two units it
 * depends on what they stand in: these stay.
 */
export function inAscii(code: string): string {
  return code.replace(
    /[\u0080-\ud7ff\ue000-\uffff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Captures for a script that takes ASCII alone. */
export function capturesInAscii<Wanted extends Pick<Capture, 'expression'>>(captures: readonly Wanted[]): Wanted[] {
  return captures.map((capture) => ({ ...capture, expression: inAscii(capture.expression) }));
}
