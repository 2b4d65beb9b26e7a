/** C0 but line feed and tab, DEL, C1; the separators U+2028 and U+2029; the marks that change the direction of text. */
const IN_TEXT = /(?![\n\t])\p{Cc}|[\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;
/** All of Unicode's control and format characters and its line ends. */
const IN_LINE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Text of a remote as a terminal may show it: control characters could move the cursor, hide lines or answer for the user.
 * They are written as JSON and most languages write them, `\u001b`; so JSON stays the same JSON. Line feeds and tabs stay.
 */
export function visibleText(text: string): string {
  return text.replace(IN_TEXT, escaped);
}

/** The same for a name or a message within a line: line feeds, tabs and invisible characters are escaped as well. */
export function visibleLine(text: string): string {
  return text.replace(IN_LINE, escaped);
}

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}
