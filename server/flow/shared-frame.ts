import type { SharedText } from './shared-text.ts';

/** Shorter texts are copied into each frame, which is faster than sharing them. */
const MIN_SHARED_LENGTH = 16 * 1024;

/** A frame's text around a part that is shared with other connections. */
export class SharedFrame {
  readonly head: string;
  readonly shared: SharedText;
  readonly tail: string;

  constructor(head: string, shared: SharedText, tail: string) {
    this.head = head;
    this.shared = shared;
    this.tail = tail;
  }

  /** What it adds to the send buffer, in bytes. */
  get length(): number {
    return this.head.length + this.shared.bytes.length + this.tail.length;
  }
}

/** A frame to send: its whole text, or a text that shares a part. */
export type Frame = string | SharedFrame;

export function frameAround(head: string, shared: SharedText, tail: string): Frame {
  const isShort = shared.text.length < MIN_SHARED_LENGTH;
  return isShort ? head + shared.text + tail : new SharedFrame(head, shared, tail);
}
