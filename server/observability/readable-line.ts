/** A log line of pino for people: `12:00:00.000 info connected clientId="shop"`. What is no such line stays as it is. */
export function readableLine(line: string): string {
  let fields: Record<string, unknown>;
  try {
    fields = JSON.parse(line);
  } catch {
    // Not ours to lose.
    return line;
  }
  const { time, level, msg, ...rest } = fields;
  const pairs = Object.entries(rest).map(([key, value]) => ` ${key}=${JSON.stringify(value)}`);
  return `${String(time).slice(11, 23)} ${level} ${msg}${pairs.join('')}\n`;
}
