import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import type { EvictionReason } from '../flow/backpressure.ts';
import type { SendBuffers, SlowConsumer } from '../flow/send-buffer-bound.ts';
import { whenClosed } from '../flow/when-closed.ts';
import type { Counters } from '../observability/counters.ts';
import type { Log } from '../observability/log.ts';

interface HttpResponsesDeps {
  readonly counters: Counters;
  readonly log: Log;
  /** How long a caller may take nothing of an answer that waits for it. */
  readonly stallMs: number;
}

/** What HTTP callers have not read of their answers: one a connection, and all of it with its socket. WebSockets and streams of events keep account of theirs. */
export class HttpResponses implements SendBuffers {
  readonly #deps: HttpResponsesDeps;
  readonly #open = new Set<Socket>();
  /** Connections that are told of when they stall. */
  readonly #followed = new WeakSet<Socket>();

  constructor(deps: HttpResponsesDeps) {
    this.#deps = deps;
  }

  track(server: EventEmitter, event: 'connection' | 'secureConnection'): void {
    const closed = whenClosed((socket: Socket) => this.#open.delete(socket));
    server.on(event, (socket: Socket) => {
      // A request that is read a second time brings its connection again.
      if (this.#open.has(socket)) return;
      this.#open.add(socket);
      socket.on('close', closed);
    });
  }

  /** From now on the connection carries something that is no answer. */
  untrack(socket: Socket): void {
    this.#open.delete(socket);
    if (socket.timeout === this.#deps.stallMs) socket.setTimeout(0);
  }

  slowConsumers(): SlowConsumer[] {
    const readers: SlowConsumer[] = [];
    for (const socket of this.#open) {
      this.#limit(socket);
      const unread = socket.writableLength;
      if (unread > 0) readers.push({ unread, evict: () => this.#evict(socket, unread, 'all') });
    }
    return readers;
  }

  /** Lets Node cut off who takes nothing for so long: it sees what leaves also within one write. A call that takes its time is left alone. */
  #limit(socket: Socket): void {
    const { stallMs } = this.#deps;
    const isLimited = socket.timeout === stallMs;
    if (socket.writableLength === 0 && isLimited) socket.setTimeout(0);
    if (socket.writableLength === 0 || isLimited) return;
    socket.setTimeout(stallMs);
    if (this.#followed.has(socket)) return;
    this.#followed.add(socket);
    socket.on('timeout', () => {
      if (socket.timeout === stallMs && socket.writableLength > 0)
        this.#evict(socket, socket.writableLength, 'stalled');
    });
  }

  /** There is no word that could come behind half an answer. */
  #evict(socket: Socket, unread: number, why: EvictionReason): void {
    this.#deps.counters.slowReaders.http[why]++;
    this.#deps.log.warn({ unread, why }, 'an answer is read too slowly: cut off');
    socket.destroy();
  }
}
