import { visibleLine } from './visible-text.ts';

const MAX_QUOTED = 40;

/** A name that somebody else wrote, in quotes, for a message: short, on one line, and with nothing that a terminal acts on. */
export function quoteName(name: string): string {
  const short = name.length > MAX_QUOTED ? `${name.slice(0, MAX_QUOTED)}…` : name;
  return visibleLine(JSON.stringify(short));
}
