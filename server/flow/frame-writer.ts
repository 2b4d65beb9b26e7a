import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { CallError } from '../../shared/errors.ts';
import { packFrames } from '../../shared/pack-frames.ts';
import { LOST_FACTOR, WRITE_AHEAD_BYTES } from '../limits.ts';
import type { Backpressure, EvictionReason } from './backpressure.ts';
import { frameChunks, mustFitFrame } from './frame-bytes.ts';
import { HeldFrames } from './held-frames.ts';
import type { Frame } from './shared-frame.ts';

/** Lets writers flush once a turn of the event loop, all in one go: what several callers ask a client leaves together. */
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

/** What leaves on one connection: gathered for a turn, then written at once, as far as its peer reads it. */
export class FrameWriter {
  /** Whether the peer takes array frames. */
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

  /** What waits for the peer to read it: bytes, and UTF-16 units of what has not been handed to its socket. */
  get backlog(): number {
    return this.#socket.bufferedAmount + this.held;
  }

  /** The part of it that its socket does not have yet. */
  get held(): number {
    return this.#held.length + this.#queuedLength;
  }

  /** Whether so much waits that the peer is to get nothing that can be refused. */
  get isFull(): boolean {
    return this.backlog > this.#backpressure.maxUnread;
  }

  /** Queues a call. @throws CallError `overloaded` or `message_too_large`; then nothing is queued. */
  sendCall(text: string): void {
    if (this.isFull) throw new CallError('overloaded', 'the client reads too slowly: too much waits for it');
    this.sendData(text);
  }

  /** Queues a message that carries somebody's value. @throws CallError `message_too_large`; then nothing is queued. */
  sendData(frame: Frame): void {
    mustFitFrame(frame);
    this.#add(frame);
  }

  /** Queues a message of the relay's own. It is as small as the ids that it echoes, and so never refused. */
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
    // Nearly always: the peer has read what came before.
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

  /** Closes the connection behind all that was queued. */
  close(code: number, reason: string): void {
    this.flush();
    if (this.#socket.readyState === this.#socket.OPEN) this.#writeHeld(Number.POSITIVE_INFINITY);
    this.#socket.close(code, reason);
  }

  // Past ws, which has nothing to add to them: without compression and masks it writes what it is given, in order.
  #write(frames: readonly Frame[]): void {
    const chunks = frameChunks(frames);
    if (chunks.length > 1) this.#raw.cork();
    for (const chunk of chunks) this.#raw.write(chunk, 'latin1');
    if (chunks.length > 1) this.#raw.uncork();
  }

  #hold(frames: readonly Frame[]): void {
    const waited = !this.#held.isEmpty;
    this.#held.add(frames);
    if (!waited) this.#writeHeld(WRITE_AHEAD_BYTES);
    if (this.backlog > LOST_FACTOR * this.#backpressure.maxUnread) this.evictSlowConsumer('own');
  }

  /** Hands to the socket what it may have of what is held, and goes on when that has left. */
  #writeHeld(ahead: number): void {
    this.#raw.cork();
    while (this.#raw.writableLength <= ahead) {
      const frame = this.#held.take();
      if (frame === undefined) break;
      this.#write([frame]);
    }
    this.#raw.uncork();
    // Without any that is held there is nothing to go on with; a listener that is left finds nothing then.
    if (!this.#held.isEmpty) this.#raw.once('drain', () => this.#drained());
  }

  #drained(): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#writeHeld(WRITE_AHEAD_BYTES);
    else this.#held.clear();
  }
}

/** Texts in batches. A frame that shares a part is a large one, and travels alone. */
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
