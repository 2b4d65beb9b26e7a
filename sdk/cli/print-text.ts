import { visibleText } from '../../shared/visible-text.ts';

interface Stream {
  write(text: string): unknown;
  isTTY?: boolean | undefined;
}

/** Writes text of a remote: byte for byte into a pipe or file; on a terminal its control characters are shown and not obeyed. */
export function printText(stream: Stream, text: string): void {
  stream.write(stream.isTTY ? visibleText(text) : text);
}
