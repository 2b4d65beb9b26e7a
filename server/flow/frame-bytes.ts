import { CallError } from '../../shared/errors.ts';
import { detached } from '../../shared/json-text.ts';
import { MAX_FRAME_BYTES } from '../../shared/limits.ts';
import type { Frame } from './shared-frame.ts';

/** FIN and the opcode of text (RFC 6455 section 5.2); what a server sends is not masked. */
const TEXT_FRAME = 0x81;
const TWO_BYTE_LENGTH = 126;
const EIGHT_BYTE_LENGTH = 127;

/**
 * Encodes text frames into as few chunks as possible. A string chunk stands for its Latin-1 bytes. Consecutive
 * ASCII frames, the usual case, become one string, which Node writes without a buffer in one system call. ws
 * would write two chunks a frame. Chunks may wait for the remote, and so share no memory with the frames that their
 * texts were cut from.
 */
export function frameChunks(frames: readonly Frame[]): (string | Buffer)[] {
  const chunks: (string | Buffer)[] = [];
  let ascii = '';
  for (const frame of frames) {
    const length = bytesOf(frame);
    ascii += header(length);
    if (typeof frame !== 'string') {
      chunks.push(detached(ascii), Buffer.from(frame.head), frame.shared.bytes);
      ascii = frame.tail;
    } else if (length === frame.length) ascii += frame;
    else {
      chunks.push(detached(ascii), Buffer.from(frame));
      ascii = '';
    }
  }
  if (ascii !== '') chunks.push(detached(ascii));
  return chunks;
}

/**
 * Counts bytes only if the text's length does not decide. Uses Node's Buffer.byteLength, which takes a
 * hundredth of the time of a loop: other calls wait meanwhile. @throws CallError `message_too_large`
 */
export function mustFitFrame(frame: Frame): void {
  const fits = frame.length * 3 <= MAX_FRAME_BYTES || bytesOf(frame) <= MAX_FRAME_BYTES;
  if (!fits) throw new CallError('message_too_large', `the message would be larger than ${MAX_FRAME_BYTES} bytes`);
}

// A tail is ASCII: closing brackets.
function bytesOf(frame: Frame): number {
  if (typeof frame === 'string') return Buffer.byteLength(frame);
  return Buffer.byteLength(frame.head) + frame.shared.bytes.length + frame.tail.length;
}

function header(length: number): string {
  if (length < TWO_BYTE_LENGTH) return String.fromCharCode(TEXT_FRAME, length);
  if (length < 0x1_0000) return String.fromCharCode(TEXT_FRAME, TWO_BYTE_LENGTH, length >> 8, length & 0xff);
  // No frame is larger than MAX_FRAME_BYTES, so that four of the eight bytes are enough.
  const bytes = [length >>> 24, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff];
  return String.fromCharCode(TEXT_FRAME, EIGHT_BYTE_LENGTH, 0, 0, 0, 0, ...bytes);
}
