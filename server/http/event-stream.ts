import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { CallError } from '../../shared/errors.ts';
import type { RelayEvent } from '../../shared/relay-event.ts';
import type { Grant } from '../access/grant.ts';
import type { EventText } from '../events/event-text.ts';
import type { SubscriptionSink } from '../events/subscription.ts';
import type { Backpressure, EvictionReason } from '../flow/backpressure.ts';
import { HeldFrames } from '../flow/held-frames.ts';
import { type Frame, frameAround } from '../flow/shared-frame.ts';
import { CLOSE_MS, LOST_FACTOR } from '../limits.ts';

/** One stream of server-sent events (HTML standard, section 9.2): open → ended. */
export class EventStream implements SubscriptionSink {
  readonly body = new Readable({ read: () => this.#pass() });
  readonly #grant: Grant;
  readonly #response: ServerResponse;
  readonly #backpressure: Omit<Backpressure, 'markBacklogged'>;
  readonly #waiting = new HeldFrames<Frame>();
  #wanted = false;
  #state: 'open' | 'ended' = 'open';

  constructor(grant: Grant, response: ServerResponse, slow: Omit<Backpressure, 'markBacklogged'>) {
    this.#grant = grant;
    this.#response = response;
    this.#backpressure = slow;
  }

  get backlog(): number {
    return this.held + this.#response.writableLength;
  }

  /** The backlog, or 0 once the stream has ended. */
  get unread(): number {
    return this.#state === 'ended' ? 0 : this.backlog;
  }

  /** The part of the backlog that the socket does not have yet. */
  get held(): number {
    return this.#waiting.length + this.body.readableLength;
  }

  get isFull(): boolean {
    return this.backlog > this.#backpressure.maxUnread;
  }

  write(kind: RelayEvent['kind'], { head, shared, tail }: EventText): void {
    this.#add(frameAround(`event: ${kind}\ndata: ${head}`, shared, `${tail}\n\n`));
  }

  /** Keeps proxies from closing the stream as idle. */
  comment(): void {
    this.#add(':\n\n');
  }

  evictSlowConsumer(why: EvictionReason): void {
    const unread = this.backlog;
    this.#waiting.clear();
    this.failed(new CallError('overloaded', 'this stream is read too slowly'));
    this.#backpressure.onEvicted(unread, why);
  }

  checkTokens(): void {
    if (this.#grant.standing(Date.now()) !== 'valid')
      this.failed(new CallError('unauthorized', 'the token of this stream is no longer valid'));
  }

  stop(): void {
    this.failed(new CallError('shutting_down', 'the relay is shutting down'));
  }

  /** Sends a last event that says why the stream ends. */
  failed({ code, message }: CallError): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    // JSON.stringify escapes line breaks: the data is one line.
    this.#waiting.add([`event: ended\ndata: ${JSON.stringify({ kind: 'ended', code, message })}\n\n`]);
    if (this.#wanted) this.#pass();
    // A remote that reads nothing would keep the connection open.
    const cut = setTimeout(() => this.#response.destroy(), CLOSE_MS).unref();
    this.#response.once('close', () => clearTimeout(cut));
  }

  #add(event: Frame): void {
    if (this.#state === 'ended') return;
    this.#waiting.add([event]);
    if (this.#wanted) this.#pass();
    if (this.backlog > LOST_FACTOR * this.#backpressure.maxUnread) this.evictSlowConsumer('own');
  }

  /** Pushes events for as long as the readable asks for more. */
  #pass(): void {
    this.#wanted = true;
    while (this.#wanted) {
      const event = this.#waiting.take();
      if (event !== undefined) this.#wanted = this.#push(event);
      else {
        if (this.#state === 'ended') this.body.push(null);
        return;
      }
    }
  }

  /** Pushes a whole event, because later ones may be dropped. @returns whether more is wanted */
  #push(event: Frame): boolean {
    if (typeof event === 'string') return this.body.push(event);
    this.body.push(event.head);
    this.body.push(event.shared.bytes);
    return this.body.push(event.tail);
  }
}
