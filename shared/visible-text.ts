/** Control characters except line feed and tab; line and paragraph separators; bidirectional controls. */
const IN_TEXT = /(?![\n\t])\p{Cc}|[\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;
/** All control and format characters, and line and paragraph separators. */
const IN_LINE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Escapes control characters of untrusted text for a terminal, where they could move the cursor, hide lines or send input.
 * They become `\u001b`, so JSON stays equal. Line feeds and tabs stay.
 */
export function visibleText(text: string): string {
  return text.replace(IN_TEXT, escaped);
}

/** The same within one line: escapes line feeds, tabs and invisible characters as well. */
export function visibleLine(text: string): string {
  return text.replace(IN_LINE, escaped);
}

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}
