import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { RawData, WebSocket } from 'ws';
import { CallError, CLOSE_CODE, RELEASED_REASON } from '../../shared/errors.ts';
import { parseToRelay } from '../../shared/parse-message.ts';
import type { Grant } from '../access/grant.ts';
import type { Backpressure, EvictionReason } from '../flow/backpressure.ts';
import { checkNesting, type Frame, type MessageTexts, readFrame } from '../flow/frame-reader.ts';
import { type FlushQueue, FrameWriter } from '../flow/frame-writer.ts';
import type { Turns } from '../flow/turns.ts';
import type { Log } from '../observability/log.ts';
import type { AddressUsage, LimitVerdict } from '../rate-limits/address-usage.ts';
import { InputQueue, type Steps } from './input-queue.ts';
import { Liveness } from './liveness.ts';
import { type Part, Sessions, type SessionsDeps } from './sessions.ts';
import { unfinishedBytes } from './unfinished-frames.ts';

const MESSAGES_PER_STEP = 8;

export interface ConnectionDeps extends SessionsDeps {
  readonly log: Log;
  readonly flushes: FlushQueue;
  readonly turns: Turns;
  readonly maxUnread: number;
  /** Connections for which something waits add themselves. */
  readonly backlogged: Set<Connection>;
  gone(connection: Connection): void;
}

/** Who is at the other end: what it may do, and what its address uses. */
export interface Admitted {
  readonly grant: Grant;
  readonly use: AddressUsage;
}

/**
 * One WebSocket's life: open → closed, or open → leaving → closed if it is handed over to another node. It
 * has no fixed role: it serves from its `init` on and calls from its first call on, as its grant allows.
 * Closing ends every call that it makes or serves, at once.
 */
export class Connection implements Backpressure {
  readonly id: string = randomUUID();
  readonly frames: FrameWriter;
  readonly #sessions: Sessions;
  readonly #grant: Grant;
  readonly #socket: WebSocket;
  readonly #use: AddressUsage;
  readonly #deps: ConnectionDeps;
  readonly #liveness: Liveness;
  readonly #input: InputQueue;
  #badFrames = 0;
  /** When a check first found the frame unfinished that is unfinished now. */
  #unfinishedSince: number | undefined;
  #state: 'open' | 'leaving' | 'closed' = 'open';

  constructor(socket: WebSocket, raw: Socket, { grant, use }: Admitted, deps: ConnectionDeps) {
    this.#grant = grant;
    this.#use = use;
    this.#socket = socket;
    this.#deps = deps;
    this.#liveness = new Liveness(raw);
    this.frames = new FrameWriter(socket, raw, deps.flushes, this);
    const close = (code: number, reason: string) => this.close(code, reason);
    this.#sessions = new Sessions({ id: this.id, grant, frames: this.frames, close }, deps);
    this.#input = new InputQueue(socket, deps.turns);
    socket.on('message', (data, isBinary) => this.#input.add(() => this.#receive(data, isBinary)));
    socket.on('ping', (data) => this.#input.add(() => void socket.pong(data)));
    socket.on('close', (code, reason) => this.#input.add(() => void this.#closed(code, reason.toString())));
  }

  /** What it has been used for. */
  get part(): Part {
    return this.#sessions.part;
  }

  /**
   * Called every 10 s. Only connections that serve have to show life: a caller may be a plain synchronous
   * program that answers a ping only while it reads, and no open WebSocket is closed for silence. The kernel
   * finds dead callers (TCP keep-alive, set where connections are made).
   */
  checkLife(): void {
    if (this.#sessions.part.role !== 'client') return;
    if (this.#liveness.check()) this.#socket.ping();
    else this.#socket.terminate();
  }

  /** Called every 20 s. */
  beat(): void {
    this.#sessions.beat();
  }

  /** Called every 2 s: a token may have expired, or been taken out of the tokens file. */
  checkTokens(): void {
    const standing = this.#grant.standing(Date.now());
    switch (standing) {
      case 'valid':
        break;
      case 'changed':
        this.close(CLOSE_CODE.restart, 'token changed');
        break;
      case 'gone':
        this.close(CLOSE_CODE.unauthorized, 'unauthorized');
        break;
      default:
        standing satisfies never;
    }
  }

  /** From now on it accepts no calls, from its other end or for it; those in flight go on. */
  leave(): void {
    if (this.#state !== 'open') return;
    this.#state = 'leaving';
    this.#sessions.stopServing();
  }

  /** Whether no call is in flight. */
  get isIdle(): boolean {
    return this.#sessions.isIdle;
  }

  /**
   * What waits for its other end to read it: all of it, unless the connection is closed, and what its socket
   * does not have yet.
   */
  get unread(): { all: number; held: number } {
    const { backlog, held } = this.frames;
    return { all: this.#state === 'closed' ? 0 : backlog, held };
  }

  /** Called if too much waits for all connections together. */
  evictSlowConsumer(): void {
    this.frames.evictSlowConsumer('all');
  }

  /** What it keeps of a frame until that is whole. Called twice a second. */
  get unfinished(): { bytes: number; since: number } {
    const bytes = this.#state === 'closed' ? 0 : unfinishedBytes(this.#socket);
    this.#unfinishedSince = bytes === 0 ? undefined : (this.#unfinishedSince ?? performance.now());
    return { bytes, since: this.#unfinishedSince ?? Number.POSITIVE_INFINITY };
  }

  /** Called if unfinished frames take too much for all connections together. */
  closeUnfinished(bytes: number): void {
    this.#deps.log.warn({ connection: this.id, bytes }, 'sends its frame too slowly: closed');
    this.close(CLOSE_CODE.overloaded, 'overloaded');
    // What it sends meanwhile would be kept as well. It is cut off after CLOSE_MS.
    this.#socket.pause();
  }

  get maxUnread(): number {
    return this.#deps.maxUnread;
  }

  markBacklogged(): void {
    this.#deps.backlogged.add(this);
  }

  onEvicted(unread: number, why: EvictionReason): void {
    this.#deps.counters.slowReaders.websocket[why]++;
    this.#deps.log.warn({ connection: this.id, unread, why }, 'reads too slowly: closed');
    this.close(CLOSE_CODE.overloaded, 'overloaded');
  }

  /** Fails every call that it serves. */
  failCalls(error: CallError): void {
    this.#sessions.failCalls(error);
  }

  /** Ends its part in everything now, whenever the other end answers the close. */
  close(code: number, reason: string): void {
    this.#end();
    this.frames.close(code, reason);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  #receive(data: RawData, isBinary: boolean): Steps {
    if (this.#state === 'closed') return undefined;
    this.#unfinishedSince = undefined;
    try {
      if (isBinary) throw new CallError('bad_request', 'Binary frames have no meaning here: send text');
      // ws hands out text as one Buffer unless it is told otherwise.
      const bytes = data as Buffer;
      const usage = this.#use.addBytes(bytes.length);
      if (usage === 'flood') {
        this.#closeFlood();
        return undefined;
      }
      const frame = readFrame(bytes);
      this.#sessions.startFrame();
      if (frame.batched) return this.#readBatch(frame, usage);
      this.#readMessage(frame.messages[0], frame.nextTexts(), frame.mayBeDeep, usage);
    } catch (thrown) {
      const error = CallError.from(thrown);
      this.#rejectBad(error, undefined, {});
      if (error.code === 'message_too_large') this.close(CLOSE_CODE.message_too_large, error.code);
    }
    return undefined;
  }

  /** May be interrupted after every few messages, because looking at the clock takes time too. */
  *#readBatch({ messages, nextTexts, mayBeDeep }: Frame, usage: LimitVerdict): Generator<void, void> {
    this.frames.batches = true;
    let count = 0;
    for (const message of messages) {
      this.#readMessage(message, nextTexts(), mayBeDeep, usage);
      if (++count % MESSAGES_PER_STEP === 0) yield;
    }
  }

  #readMessage(json: unknown, texts: MessageTexts, mayBeDeep: boolean, bytes: LimitVerdict): void {
    // An earlier message of the same frame may have ended the connection.
    if (this.#state === 'closed') return;
    const usage = this.#use.addMessage();
    if (usage === 'flood') {
      this.#closeFlood();
      return;
    }
    try {
      if (mayBeDeep) checkNesting(json);
      const message = parseToRelay(json);
      if (this.#state === 'leaving') this.#sessions.handleWhileLeaving(message, texts);
      else if (usage === 'over' || bytes === 'over') this.#sessions.handleOverRate(message, texts);
      else this.#sessions.handle(message, texts);
    } catch (thrown) {
      this.#rejectBad(thrown, json, texts);
    }
  }

  #closeFlood(): void {
    this.#deps.counters.rateLimited++;
    this.close(CLOSE_CODE.rate_limited, 'rate_limited');
  }

  #rejectBad(thrown: unknown, json: unknown, texts: MessageTexts): void {
    const error = CallError.from(thrown);
    this.#noteBadFrame(error);
    this.#sessions.rejectBad(json, texts, error);
  }

  /** One line a connection, so that bad frames can't fill the log; the line of its end has their number. */
  #noteBadFrame({ code, message, cause }: CallError): void {
    const { counters, lines, log } = this.#deps;
    counters.badFrames++;
    this.#badFrames++;
    const line = { connection: this.id, err: cause };
    if (code === 'internal') lines.write('error', 'a frame could not be handled', this.id, line);
    else if (this.#badFrames === 1) log.info({ connection: this.id, why: message }, 'bad frame');
  }

  #end(released = false): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#sessions.end(released);
  }

  #closed(code: number, reason: string): void {
    this.#end(code === CLOSE_CODE.normal && reason === RELEASED_REASON);
    this.#deps.gone(this);
    const badFrames = this.#badFrames === 0 ? undefined : this.#badFrames;
    this.#deps.log.info({ connection: this.id, code, badFrames }, 'disconnected');
  }
}
