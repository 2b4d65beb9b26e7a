import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { CallError } from '../../shared/errors.ts';
import { detached } from '../../shared/json-text.ts';
import { packFrames } from '../../shared/pack-frames.ts';
import { LOST_FACTOR, WRITE_AHEAD_BYTES } from '../limits.ts';
import type { Backpressure, EvictionReason } from './backpressure.ts';
import { frameChunks, mustFitFrame } from './frame-bytes.ts';
import { HeldFrames } from './held-frames.ts';
import type { Frame } from './shared-frame.ts';

/** Flushes all writers once a turn of the event loop, so that one turn's messages to a client form one batch. */
export class FlushQueue {
  #waiting: FrameWriter[] = [];

  add(writer: FrameWriter): void {
    if (this.#waiting.push(writer) === 1) setImmediate(() => this.#flush());
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const writer of waiting) writer.flush();
  }
}

/** Writes frames to one connection: gathers those of a turn, and holds them back while the remote reads slowly. */
export class FrameWriter {
  /** Whether the remote accepts array frames. */
  batches = false;
  readonly #socket: WebSocket;
  readonly #raw: Socket;
  readonly #queue: FlushQueue;
  readonly #backpressure: Backpressure;
  readonly #held = new HeldFrames<Frame>();
  #queued: Frame[] = [];
  #queuedLength = 0;

  constructor(socket: WebSocket, raw: Socket, queue: FlushQueue, slow: Backpressure) {
    this.#socket = socket;
    this.#raw = raw;
    this.#queue = queue;
    this.#backpressure = slow;
  }

  /** The send buffer's size: bytes in the socket, and UTF-16 units of what the socket does not have yet. */
  get backlog(): number {
    return this.#socket.bufferedAmount + this.held;
  }

  /** The part of the backlog that the socket does not have yet. */
  get held(): number {
    return this.#held.length + this.#queuedLength;
  }

  /** Whether the send-buffer limit is reached. */
  get isFull(): boolean {
    return this.backlog > this.#backpressure.maxUnread;
  }

  /** Queues a call. @throws CallError `overloaded` or `message_too_large`; then nothing is queued. */
  sendCall(text: string): void {
    if (this.isFull) throw new CallError('overloaded', 'the client reads too slowly: its send buffer is full');
    this.sendData(text);
  }

  /** Queues a message with a value from outside. @throws CallError `message_too_large`; then nothing is queued. */
  sendData(frame: Frame): void {
    mustFitFrame(frame);
    this.#add(frame);
  }

  /** Queues one of the relay's own messages. It is small, and so never rejected. */
  sendControl(text: string): void {
    this.#add(text);
  }

  #add(frame: Frame): void {
    this.#queuedLength += frame.length;
    if (this.#queued.push(frame) === 1) this.#queue.add(this);
  }

  flush(): void {
    const queued = this.#queued;
    if (queued.length === 0) return;
    const length = this.#queuedLength;
    this.#queued = [];
    this.#queuedLength = 0;
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    const frames = this.batches ? packed(queued) : queued;
    // The usual case: the remote has read everything before.
    if (this.#held.isEmpty && this.#raw.writableLength + length <= WRITE_AHEAD_BYTES) this.#write(frames);
    else this.#hold(frames);
    if (this.#raw.writableLength > 0) this.#backpressure.markBacklogged();
  }

  /** Drops what has not left, and says that the peer is lost. */
  evictSlowConsumer(why: EvictionReason): void {
    const unread = this.backlog;
    this.#queued = [];
    this.#queuedLength = 0;
    this.#held.clear();
    this.#backpressure.onEvicted(unread, why);
  }

  /** Sends everything that is queued, then closes the connection. */
  close(code: number, reason: string): void {
    this.flush();
    if (this.#socket.readyState === this.#socket.OPEN) this.#writeHeld(Number.POSITIVE_INFINITY);
    this.#socket.close(code, reason);
  }

  // Bypasses ws: without compression and masking it would write the same bytes in the same order.
  #write(frames: readonly Frame[]): void {
    const chunks = frameChunks(frames);
    if (chunks.length > 1) this.#raw.cork();
    for (const chunk of chunks) this.#raw.write(chunk, 'latin1');
    if (chunks.length > 1) this.#raw.uncork();
  }

  #hold(frames: readonly Frame[]): void {
    const waited = !this.#held.isEmpty;
    this.#held.add(frames.map((frame) => (typeof frame === 'string' ? detached(frame) : frame)));
    if (!waited) this.#writeHeld(WRITE_AHEAD_BYTES);
    if (this.backlog > LOST_FACTOR * this.#backpressure.maxUnread) this.evictSlowConsumer('own');
  }

  /** Writes held frames up to `ahead` buffered bytes, and continues on `drain`. */
  #writeHeld(ahead: number): void {
    this.#raw.cork();
    while (this.#raw.writableLength <= ahead) {
      const frame = this.#held.take();
      if (frame === undefined) break;
      this.#write([frame]);
    }
    this.#raw.uncork();
    // A leftover listener finds nothing held, and does nothing.
    if (!this.#held.isEmpty) this.#raw.once('drain', () => this.#drained());
  }

  #drained(): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#writeHeld(WRITE_AHEAD_BYTES);
    else this.#held.clear();
  }
}

/** Packs texts into batches. A SharedFrame is large, and travels alone. */
function packed(queued: readonly Frame[]): Frame[] {
  const frames: Frame[] = [];
  let texts: string[] = [];
  for (const frame of queued) {
    if (typeof frame === 'string') texts.push(frame);
    else {
      frames.push(...packFrames(texts), frame);
      texts = [];
    }
  }
  return frames.length === 0 ? packFrames(texts) : [...frames, ...packFrames(texts)];
}
