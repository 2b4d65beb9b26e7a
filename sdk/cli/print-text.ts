import { visibleText } from '../../shared/visible-text.ts';

interface Stream {
  write(text: string): unknown;
  isTTY?: boolean | undefined;
}

/** Writes untrusted text: unchanged into a pipe or file; on a terminal with control characters escaped. */
export function printText(stream: Stream, text: string): void {
  stream.write(stream.isTTY ? visibleText(text) : text);
}
