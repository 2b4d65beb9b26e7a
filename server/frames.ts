import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { CallError, CLOSE_CODE } from '../shared/errors.ts';
import { MAX_FRAME_BYTES } from '../shared/limits.ts';
import { isLargerThan, packFrames } from '../shared/pack-frames.ts';
import { frameChunks } from './frame-bytes.ts';
import { BACKLOG_FULL_BYTES, BACKLOG_LOST_BYTES } from './limits.ts';

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

/** What leaves on one connection: gathered for a turn, then written at once. */
export class FrameWriter {
  /** Whether the peer takes array frames. */
  batches = false;
  readonly #socket: WebSocket;
  readonly #raw: Socket;
  readonly #queue: FlushQueue;
  #texts: string[] = [];
  #queuedLength = 0;

  constructor(socket: WebSocket, raw: Socket, queue: FlushQueue) {
    this.#socket = socket;
    this.#raw = raw;
    this.#queue = queue;
  }

  /** What waits for the peer to read it: bytes, and for this turn's share of them UTF-16 units. */
  get backlog(): number {
    return this.#socket.bufferedAmount + this.#queuedLength;
  }

  /** Queues a call. @throws CallError `overloaded` or `message_too_large`; then nothing is queued. */
  ask(text: string): void {
    if (this.#socket.bufferedAmount > BACKLOG_FULL_BYTES)
      throw new CallError('overloaded', 'the client reads too slowly: too much waits for it');
    this.send(text);
  }

  /** Queues a message that carries somebody's value. @throws CallError `message_too_large`; then nothing is queued. */
  send(text: string): void {
    if (isLargerThan(text, MAX_FRAME_BYTES))
      throw new CallError('message_too_large', `the message would be larger than ${MAX_FRAME_BYTES} bytes`);
    this.push(text);
  }

  /** Queues a message of the relay's own. It is as small as the ids that it echoes, and so never refused. */
  push(text: string): void {
    this.#queuedLength += text.length;
    if (this.#texts.push(text) === 1) this.#queue.add(this);
  }

  flush(): void {
    const texts = this.#texts;
    if (texts.length === 0) return;
    this.#texts = [];
    this.#queuedLength = 0;
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    const frames = this.batches ? packFrames(texts) : texts;
    const chunks = frameChunks(frames);
    // Past ws, which has nothing to add to them: without compression and masks it writes what it is given, in order.
    if (chunks.length > 1) this.#raw.cork();
    for (const chunk of chunks) this.#raw.write(chunk, 'latin1');
    if (chunks.length > 1) this.#raw.uncork();
    // Said to nobody: what waits would come first. Its close ends the calls that it makes or serves.
    if (this.#socket.bufferedAmount > BACKLOG_LOST_BYTES) this.#socket.close(CLOSE_CODE.overloaded, 'overloaded');
  }
}
