/** Formats numbers for people: about three significant digits and a unit. */

export function formatRate(perSecond: number, tag: string): string {
  return rounded(perSecond, tag);
}

export function formatMs(ms: number, tag: string): string {
  if (ms >= 60_000) return `${rounded(ms / 60_000, tag)} min`;
  return ms >= 1_000 ? `${rounded(ms / 1_000, tag)} s` : `${rounded(ms, tag)} ms`;
}

function rounded(value: number, tag: string): string {
  const digits = value >= 100 || Number.isInteger(value) ? 0 : value >= 10 ? 1 : 2;
  return value.toLocaleString(tag, { maximumFractionDigits: digits });
}
