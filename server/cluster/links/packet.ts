import { MAX_FRAME_BYTES } from '../../../shared/limits.ts';

/**
 * One bus message from node to node: a header line, then JSON: an array of messages, or a part of one that is too
 * large for the bus.
 */
export interface Packet {
  readonly from: string;
  /** Counts the restarts of the sender's link. `seq` starts again with each. */
  readonly epoch: number;
  /** Counts the packets to this node, from 0. A gap means that some were lost. */
  readonly seq: number;
  readonly part: number;
  readonly parts: number;
  readonly body: Buffer;
}

/** Room for the header with the longest numbers. */
const HEAD_BYTES = 128;
const HEAD = /^([\w-]{1,40}) (\d{1,15}) (\d{1,15}) (\d{1,7}) (\d{1,7})$/;

/** The largest message between nodes: the largest frame and its envelope. */
export const MAX_MESSAGE_BYTES = MAX_FRAME_BYTES + 64 * 1024;

export function writePacket({ from, epoch, seq, part, parts, body }: Packet): Buffer {
  return Buffer.concat([Buffer.from(`${from} ${epoch} ${seq} ${part} ${parts}\n`), body]);
}

/** Undefined if it is not a packet. */
export function readPacket(data: Uint8Array): Packet | undefined {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const end = bytes.subarray(0, HEAD_BYTES).indexOf('\n');
  const [, from, ...numbers] = HEAD.exec(bytes.toString('latin1', 0, Math.max(end, 0))) ?? [];
  const [epoch, seq, part, parts] = numbers.map(Number);
  if (from === undefined || epoch === undefined || seq === undefined) return undefined;
  if (part === undefined || parts === undefined || part >= parts) return undefined;
  return { from, epoch, seq, part, parts, body: bytes.subarray(end + 1) };
}

/** How much JSON fits into a packet. */
export function roomIn(maxPayload: number): number {
  return maxPayload - HEAD_BYTES;
}
