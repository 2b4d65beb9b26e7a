import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { RelayEvent } from '../shared/protocol.ts';
import type { Grant } from './grant.ts';
import { BACKLOG_LOST_BYTES, STREAM_COMMENT_MS, TOKEN_CHECK_MS } from './limits.ts';
import { Watch, type WatchDeps, type WatchSink } from './watch.ts';

/** The streams of server-sent events that are open, and the clocks that they share. */
export class EventStreams {
  readonly #deps: WatchDeps;
  readonly #open = new Set<EventStream>();
  readonly #timers: NodeJS.Timeout[];

  constructor(deps: WatchDeps) {
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

  /** What to answer with, of calls at most so many a second. It ends when the peer hangs up, loses its grant, or the relay stops. */
  open(grant: Grant, response: ServerResponse, callsPerSecond?: number): Readable {
    const stream = new EventStream(grant, response);
    const watch = new Watch(this.#deps, grant, stream, callsPerSecond);
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
    for (const stream of this.#open) stream.end();
  }
}

/** One peer's stream, as the HTML standard has it (section 9.2). */
class EventStream implements WatchSink {
  /** Never full: how much waits is looked at here. */
  readonly body = new Readable({ read: () => {} });
  readonly #grant: Grant;
  readonly #response: ServerResponse;
  #state: 'open' | 'ended' = 'open';

  constructor(grant: Grant, response: ServerResponse) {
    this.#grant = grant;
    this.#response = response;
  }

  get backlog(): number {
    return this.body.readableLength + this.#response.writableLength;
  }

  // JSON has no line ends outside its strings, and escapes those within: it is one line.
  write(kind: RelayEvent['kind'], json: string): void {
    this.#push(`event: ${kind}\ndata: ${json}\n\n`);
  }

  /** Keeps what stands between the two from taking the stream for idle. */
  comment(): void {
    this.#push(':\n\n');
  }

  checkTokens(): void {
    if (this.#grant.standing(Date.now()) !== 'valid') this.end();
  }

  failed(): void {
    this.end();
  }

  end(): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.body.push(null);
  }

  #push(text: string): void {
    if (this.#state === 'ended') return;
    if (this.backlog > BACKLOG_LOST_BYTES) this.#response.destroy();
    else this.body.push(text);
  }
}
