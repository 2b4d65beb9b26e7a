/**
 * A name as a terminal may be shown it. Clients and callers choose their names, and control characters in one could move the
 * cursor, hide lines or answer for the user.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
}
