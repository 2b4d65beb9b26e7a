const MAX_QUOTED = 40;

/** A name that somebody else wrote, in quotes, for a message: short, on one line, and with nothing that a terminal acts on. */
export function quoteName(name: string): string {
  const short = name.length > MAX_QUOTED ? `${name.slice(0, MAX_QUOTED)}…` : name;
  return JSON.stringify(short).replace(UNPRINTABLE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** C1 controls, line separators, and what turns the direction of text or has no width. JSON escapes the C0 ones itself. */
const UNPRINTABLE = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
