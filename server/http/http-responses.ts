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
  /** How long a caller may read nothing of a pending response. */
  readonly stallMs: number;
}

/** Tracks HTTP responses that callers have not read. WebSockets and event streams track their own. */
export class HttpResponses implements SendBuffers {
  readonly #deps: HttpResponsesDeps;
  readonly #open = new Set<Socket>();
  /** Connections that have a timeout listener. */
  readonly #followed = new WeakSet<Socket>();

  constructor(deps: HttpResponsesDeps) {
    this.#deps = deps;
  }

  track(server: EventEmitter, event: 'connection' | 'secureConnection'): void {
    const closed = whenClosed((socket: Socket) => this.#open.delete(socket));
    server.on(event, (socket: Socket) => {
      this.#open.add(socket);
      socket.on('close', closed);
    });
  }

  /** Stops tracking a connection that becomes a WebSocket or an event stream. */
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

  /** Sets Node's socket timeout while a response is unread: it also sees progress within one write. */
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

  /** Half a response can't be followed by an error, so the connection is destroyed. */
  #evict(socket: Socket, unread: number, why: EvictionReason): void {
    this.#deps.counters.slowReaders.http[why]++;
    this.#deps.log.warn({ unread, why }, 'cut off a response that is read too slowly');
    socket.destroy();
  }
}
