/** FIN and the opcode of text (RFC 6455 section 5.2); what a server sends is not masked. */
const TEXT_FRAME = 0x81;
const TWO_BYTE_LENGTH = 126;
const EIGHT_BYTE_LENGTH = 127;

/**
 * The bytes of text frames, as few chunks as can be: a string stands for its Latin-1 bytes. Frames of ASCII, as nearly all are,
 * become one string together, which Node writes without a buffer and in one system call. ws would make two chunks of each frame.
 */
export function frameChunks(texts: readonly string[]): (string | Buffer)[] {
  const chunks: (string | Buffer)[] = [];
  let ascii = '';
  for (const text of texts) {
    const length = Buffer.byteLength(text);
    ascii += header(length);
    if (length === text.length) ascii += text;
    else {
      chunks.push(ascii, Buffer.from(text));
      ascii = '';
    }
  }
  if (ascii !== '') chunks.push(ascii);
  return chunks;
}

function header(length: number): string {
  if (length < TWO_BYTE_LENGTH) return String.fromCharCode(TEXT_FRAME, length);
  if (length < 0x1_0000) return String.fromCharCode(TEXT_FRAME, TWO_BYTE_LENGTH, length >> 8, length & 0xff);
  // No frame is larger than MAX_FRAME_BYTES, so that four of the eight bytes are enough.
  const bytes = [length >>> 24, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff];
  return String.fromCharCode(TEXT_FRAME, EIGHT_BYTE_LENGTH, 0, 0, 0, 0, ...bytes);
}
