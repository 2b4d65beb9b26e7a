import { visibleLine } from './visible-text.ts';

const MAX_QUOTED = 40;

/** Quotes an untrusted name for a message: shortened, on one line, with control characters escaped. */
export function quoteName(name: string): string {
  const short = name.length > MAX_QUOTED ? `${name.slice(0, MAX_QUOTED)}…` : name;
  return visibleLine(JSON.stringify(short));
}
