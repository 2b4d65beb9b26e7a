import type { SharedText } from './shared-text.ts';

/** Shorter texts are copied into each frame: to keep them apart would take longer. */
const MIN_SHARED_LENGTH = 16 * 1024;

/** A frame's text around a part that other peers get too. */
export class SharedFrame {
  readonly head: string;
  readonly shared: SharedText;
  readonly tail: string;

  constructor(head: string, shared: SharedText, tail: string) {
    this.head = head;
    this.shared = shared;
    this.tail = tail;
  }

  /** What it adds to what waits for its peer, in bytes. */
  get length(): number {
    return this.head.length + this.shared.bytes.length + this.tail.length;
  }
}

/** What a connection sends: a frame's whole text, or one that shares a part. */
export type Frame = string | SharedFrame;

export function frameAround(head: string, shared: SharedText, tail: string): Frame {
  const isShort = shared.text.length < MIN_SHARED_LENGTH;
  return isShort ? head + shared.text + tail : new SharedFrame(head, shared, tail);
}
