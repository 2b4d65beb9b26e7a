/** One server-sent event. */
export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

/**
 * Parses an event stream by the HTML standard, section 9.2.6, without ids and retry times, which the relay never sends.
 * EventSource can't be used because it sends no Authorization header.
 */
export class EventStreamReader {
  #rest = '';

  /** The events completed by this chunk. */
  read(chunk: string): ServerEvent[] {
    const blocks = (this.#rest + chunk).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    return blocks.flatMap((block) => readBlock(block) ?? []);
  }
}

// A comment has neither field, so it is not an event.
function readBlock(block: string): ServerEvent | undefined {
  const lines = block.split('\n');
  const data = fieldsOf(lines, 'data');
  if (data.length === 0) return undefined;
  return { event: fieldsOf(lines, 'event').at(-1) ?? 'message', data: data.join('\n') };
}

function fieldsOf(lines: readonly string[], field: string): string[] {
  const start = `${field}:`;
  return lines.filter((line) => line.startsWith(start)).map((line) => line.slice(start.length).replace(/^ /, ''));
}
