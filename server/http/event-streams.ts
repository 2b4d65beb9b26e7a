import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import type { Grant } from '../access/grant.ts';
import { Subscription, type SubscriptionDeps } from '../events/subscription.ts';
import type { EvictionReason } from '../flow/backpressure.ts';
import type { SendBuffers, SlowConsumer } from '../flow/send-buffer-bound.ts';
import { STREAM_COMMENT_MS, TOKEN_CHECK_MS } from '../limits.ts';
import type { Counters } from '../observability/counters.ts';
import type { Log } from '../observability/log.ts';
import type { Unread } from '../observability/traffic.ts';
import { EventStream } from './event-stream.ts';
import type { HttpResponses } from './http-responses.ts';

interface EventStreamsDeps extends SubscriptionDeps {
  readonly answers: Pick<HttpResponses, 'untrack'>;
  readonly counters: Counters;
  readonly log: Log;
  readonly maxUnread: number;
}

/** All open streams of server-sent events, and the timers they share. */
export class EventStreams implements SendBuffers {
  readonly #deps: EventStreamsDeps;
  readonly #open = new Set<EventStream>();
  readonly #timers: NodeJS.Timeout[];

  constructor(deps: EventStreamsDeps) {
    this.#deps = deps;
    const each = (ms: number, act: (stream: EventStream) => void) =>
      setInterval(() => {
        for (const stream of this.#open) act(stream);
      }, ms).unref();
    this.#timers = [
      each(STREAM_COMMENT_MS, (stream) => stream.comment()),
      each(TOKEN_CHECK_MS, (stream) => stream.checkTokens()),
    ];
  }

  get size(): number {
    return this.#open.size;
  }

  /** Unsent bytes that the sockets do not have yet. */
  get unread(): Unread {
    const held = [...this.#open].map((stream) => stream.held);
    return { bytes: held.reduce((sum, bytes) => sum + bytes, 0), most: Math.max(0, ...held) };
  }

  slowConsumers(): SlowConsumer[] {
    return [...this.#open].flatMap((stream) => {
      const { unread } = stream;
      return unread > 0 ? [{ unread, evict: () => stream.evictSlowConsumer('all') }] : [];
    });
  }

  /**
   * Opens a stream with at most `callsPerSecond` call events. It ends when the remote hangs up, its grant is no
   * longer valid, or the relay stops.
   */
  open(grant: Grant, response: ServerResponse, callsPerSecond?: number): Readable {
    const { maxUnread, answers } = this.#deps;
    answers.untrack(response.req.socket);
    const stream = new EventStream(grant, response, {
      maxUnread,
      onEvicted: (unread, why) => this.#onEvicted(unread, why),
    });
    const watch = new Subscription(this.#deps, grant, stream, callsPerSecond);
    watch.start();
    this.#open.add(stream);
    response.once('close', () => {
      watch.end();
      this.#open.delete(stream);
    });
    return stream.body;
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    for (const stream of this.#open) stream.stop();
  }

  #onEvicted(unread: number, why: EvictionReason): void {
    this.#deps.counters.slowReaders.events[why]++;
    this.#deps.log.warn({ unread, why }, 'ended an event stream that is read too slowly');
  }
}
