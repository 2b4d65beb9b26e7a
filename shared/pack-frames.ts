import { MAX_BATCH_BYTES } from './limits.ts';

/**
 * Packs JSON messages into array frames of up to MAX_BATCH_BYTES, in order. A message that is alone or larger than a
 * batch is sent without an array.
 *
 * Estimates three bytes per UTF-16 unit, the maximum of UTF-8, instead of measuring.
 */
export function packFrames(texts: readonly string[]): string[] {
  const frames: string[] = [];
  let batch: string[] = [];
  let size = 0;
  for (const text of texts) {
    const maxBytes = text.length * 3 + 1;
    if (size + maxBytes > MAX_BATCH_BYTES) {
      close(batch, frames);
      batch = [];
      size = 0;
    }
    batch.push(text);
    size += maxBytes;
  }
  close(batch, frames);
  return frames;
}

function close(batch: readonly string[], frames: string[]): void {
  const [only] = batch;
  if (only !== undefined) frames.push(batch.length === 1 ? only : `[${batch.join(',')}]`);
}

/** Whether a text is larger than `limit` bytes of UTF-8. Measures only if the length does not decide. */
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
    else bytes += 2; // half of a surrogate pair, which takes four bytes
  }
  return bytes;
}
