import type { Bus } from '../bus/bus.ts';
import { nodeSubject } from '../subjects.ts';
import { roomIn, writePacket } from './packet.ts';

/** Gets the numbers of the first and the last packet that carried a message. */
export type OnSent = (first: number, last: number) => void;

interface OutboxDeps {
  readonly self: string;
  readonly node: string;
  readonly epoch: number;
  readonly bus: Bus;
}

interface Queued {
  readonly text: string;
  readonly left: OnSent | undefined;
}

/**
 * Sends messages to one node: gathers those of a turn of the event loop into as few packets as possible. A message
 * that is too large for one packet is split.
 */
export class Outbox {
  readonly #deps: OutboxDeps;
  readonly #subject: string;
  readonly #room: number;
  #queue: Queued[] = [];
  #queuedLength = 0;
  #nextSeq = 0;

  constructor(deps: OutboxDeps) {
    this.#deps = deps;
    this.#subject = nodeSubject(deps.node);
    this.#room = roomIn(deps.bus.maxPayload);
  }

  push(text: string, left?: OnSent): void {
    if (this.#queue.push({ text, left }) === 1) setImmediate(() => this.flush());
    this.#queuedLength += text.length;
    // Flushed early, so that the bus knows its backlog: one packet may request very many lists.
    if (this.#queuedLength > this.#room) this.flush();
  }

  flush(): void {
    const queue = this.#queue;
    this.#queue = [];
    this.#queuedLength = 0;
    let batch: Queued[] = [];
    // Two for the brackets. UTF-8 needs at most three bytes a UTF-16 unit, so no text is measured exactly.
    let size = 2;
    for (const item of queue) {
      const most = item.text.length * 3 + 1;
      if (size + most > this.#room) {
        this.#send(batch);
        batch = [];
        size = 2;
      }
      batch.push(item);
      size += most;
    }
    this.#send(batch);
  }

  #send(batch: readonly Queued[]): void {
    if (batch.length === 0) return;
    const body = Buffer.from(`[${batch.map(({ text }) => text).join(',')}]`);
    const first = this.#nextSeq;
    const parts = Math.ceil(body.length / this.#room);
    for (let part = 0; part < parts; part++) this.#publish(part, parts, body);
    for (const { left } of batch) left?.(first, this.#nextSeq - 1);
  }

  #publish(part: number, parts: number, whole: Buffer): void {
    const { self, epoch, bus } = this.#deps;
    const seq = this.#nextSeq++;
    const body = whole.subarray(part * this.#room, (part + 1) * this.#room);
    bus.publish(this.#subject, writePacket({ from: self, epoch, seq, part, parts, body }), `${epoch}-${seq}`);
  }
}
