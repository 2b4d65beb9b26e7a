import type { Capture } from '../../sites/capture-schema.ts';

/**
 * Escapes non-ASCII characters of code, so that any charset can encode it. Surrogate pairs stay: in names
 * they need another escape than in strings.
 */
export function inAscii(code: string): string {
  return code.replace(
    /[\u0080-\ud7ff\ue000-\uffff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The captures with ASCII expressions, for a script into which only ASCII can be inserted. */
export function capturesInAscii<Wanted extends Pick<Capture, 'expression'>>(captures: readonly Wanted[]): Wanted[] {
  return captures.map((capture) =>
    capture.expression === undefined ? capture : { ...capture, expression: inAscii(capture.expression) },
  );
}
