/** One server-sent event. */
export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

/**
 * Puts a stream's pieces together to events, as the HTML standard has it (section 9.2.6), but for what the relay never sends:
 * ids and retry times. EventSource can't be used: it sends no Authorization header.
 */
export class EventStreamReader {
  #rest = '';

  /** The events that are whole with this piece. */
  read(piece: string): ServerEvent[] {
    const blocks = (this.#rest + piece).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    return blocks.flatMap((block) => readBlock(block) ?? []);
  }
}

// A comment has neither field, and is no event.
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
