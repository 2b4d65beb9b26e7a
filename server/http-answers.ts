import type { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import type { Counters } from './counters.ts';
import type { Log } from './log.ts';
import type { Unread } from './metrics/traffic.ts';
import type { TooSlow } from './slow-reading.ts';
import type { Reader, Readers } from './unread-bound.ts';
import { whenClosed } from './when-closed.ts';

interface HttpAnswersDeps {
  readonly counters: Counters;
  readonly log: Log;
  /** How long a caller may take nothing of an answer that waits for it. */
  readonly stallMs: number;
}

/** What HTTP callers have not read of their answers. WebSockets and streams of events keep account of theirs. */
export class HttpAnswers implements Readers {
  readonly #deps: HttpAnswersDeps;
  readonly #open = new Set<Socket>();
  /** Answers behind others of the same connection, whose socket knows nothing of them yet. */
  readonly #queued = new Set<ServerResponse>();
  /** Connections that are told of when they stall. */
  readonly #followed = new WeakSet<Socket>();

  constructor(deps: HttpAnswersDeps) {
    this.#deps = deps;
  }

  watch(server: EventEmitter, event: 'connection' | 'secureConnection'): void {
    const closed = whenClosed((socket: Socket) => this.#open.delete(socket));
    server.on(event, (socket: Socket) => {
      // A request that is read a second time brings its connection again.
      if (this.#open.has(socket)) return;
      this.#open.add(socket);
      socket.on('close', closed);
    });
  }

  /** From now on the connection carries something that is no answer. */
  leave(socket: Socket): void {
    this.#open.delete(socket);
    if (socket.timeout === this.#deps.stallMs) socket.setTimeout(0);
  }

  /** Called before each answer leaves. Nearly all go to their socket at once. */
  leaves(response: ServerResponse, body: unknown): void {
    if (response.socket === null && !(body instanceof Readable)) this.#queued.add(response);
  }

  /** What waits for callers beside what their sockets have. */
  get unread(): Unread {
    const waiting = this.#stillQueued().map(({ writableLength }) => writableLength);
    return { bytes: waiting.reduce((sum, bytes) => sum + bytes, 0), most: waiting.reduce((a, b) => Math.max(a, b), 0) };
  }

  behind(): Reader[] {
    const unread = new Map<Socket, number>();
    for (const socket of this.#open) {
      this.#limit(socket);
      if (socket.writableLength > 0) unread.set(socket, socket.writableLength);
    }
    for (const { req, writableLength } of this.#stillQueued())
      unread.set(req.socket, (unread.get(req.socket) ?? 0) + writableLength);
    return [...unread].map(([socket, bytes]) => ({ unread: bytes, lose: () => this.#lose(socket, bytes, 'all') }));
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
      if (socket.timeout === stallMs && socket.writableLength > 0) this.#lose(socket, socket.writableLength, 'stalled');
    });
  }

  /** There is no word that could come behind half an answer. */
  #lose(socket: Socket, unread: number, why: TooSlow): void {
    this.#deps.counters.slowReaders.http[why]++;
    this.#deps.log.warn({ unread, why }, 'an answer is read too slowly: cut off');
    socket.destroy();
  }

  #stillQueued(): ServerResponse[] {
    for (const response of this.#queued)
      if (response.socket !== null || response.writableFinished || response.req.socket.destroyed)
        this.#queued.delete(response);
    return [...this.#queued];
  }
}
