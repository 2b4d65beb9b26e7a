import { MAX_BATCH_BYTES } from './limits.ts';

/**
 * Packs the JSON texts of messages into frames for a peer that takes array frames: in order, as many in each as fit in
 * MAX_BATCH_BYTES. A message that is alone, or larger than that, travels without an array around it.
 *
 * The size is counted at three bytes a UTF-16 unit, the most that UTF-8 needs, so that nothing is measured twice.
 */
export function packFrames(texts: readonly string[]): string[] {
  const frames: string[] = [];
  let batch: string[] = [];
  let size = 0;
  for (const text of texts) {
    const most = text.length * 3 + 1;
    if (size + most > MAX_BATCH_BYTES) {
      close(batch, frames);
      batch = [];
      size = 0;
    }
    batch.push(text);
    size += most;
  }
  close(batch, frames);
  return frames;
}

function close(batch: readonly string[], frames: string[]): void {
  const [only] = batch;
  if (only !== undefined) frames.push(batch.length === 1 ? only : `[${batch.join(',')}]`);
}

/** Whether a text is larger than `limit` bytes of UTF-8; measured only where its length leaves it open. */
export function isLargerThan(text: string, limit: number): boolean {
  if (text.length > limit) return true;
  return text.length * 3 > limit && utf8Length(text) > limit;
}

function utf8Length(text: string): number {
  let bytes = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x80) bytes += 1;
    else if (code < 0x800) bytes += 2;
    else if (code < 0xd800 || code > 0xdfff) bytes += 3;
    else bytes += 2; // one half of a surrogate pair, whose four bytes its halves share
  }
  return bytes;
}
