import type { CallError } from '../shared/errors.ts';
import { HEARTBEAT_MS, RELAY_SILENCE_MS } from '../shared/limits.ts';
import { setPunctualTimeout } from '../shared/punctual-timeout.ts';
import { parseEvent } from '../shared/relay-event.ts';
import { EventStream } from './event-stream.ts';
import { messageText } from './message-text.ts';

interface WatchesDeps {
  nextId(): string;
  /** Sends a message; dropped while disconnected. */
  send(text: string): void;
  /** Called when the relay has sent nothing for RELAY_SILENCE_MS. */
  silent(): void;
}

const RECHECK_MS = 100;

/** A program's watches. They survive reconnects. */
export class Watches {
  readonly #deps: WatchesDeps;
  /** By the msgId on the current connection. */
  readonly #open = new Map<string, EventStream>();
  /** The watches whose request has not been sent yet, in order. */
  readonly #queued = new Set<string>();
  /** The watch whose request is unanswered. The relay refuses a second request until it has answered. */
  #opening: string | undefined;
  #silenceTimer: ReturnType<typeof setInterval> | undefined;
  #receivedAt = 0;
  #endRecheck: (() => void) | undefined;

  constructor(deps: WatchesDeps) {
    this.#deps = deps;
  }

  start(signal: AbortSignal | undefined): EventStream {
    const abort = () => void stream.return();
    const stream = new EventStream(() => {
      signal?.removeEventListener('abort', abort);
      this.#ended(stream);
    });
    if (signal?.aborted) abort();
    else this.#request(stream);
    signal?.addEventListener('abort', abort, { once: true });
    return stream;
  }

  /** Opens all watches again on a new connection. */
  connected(): void {
    this.received();
    const streams = [...this.#open.values()];
    this.#open.clear();
    this.#queued.clear();
    this.#opening = undefined;
    for (const stream of streams) this.#request(stream);
  }

  /** Call on every message of the relay. */
  received(): void {
    this.#receivedAt = performance.now();
  }

  push(msgId: string, json: unknown): void {
    const event = parseEvent(json);
    if (event) this.#open.get(msgId)?.push(event);
    this.#answered(msgId);
  }

  fail(msgId: string, error: CallError): void {
    const stream = this.#open.get(msgId);
    this.#forget(msgId);
    stream?.end(error);
    this.#answered(msgId);
  }

  /** Ends all watches. Without an error if the program itself closed the connection. */
  end(error: CallError | undefined): void {
    for (const msgId of [...this.#open.keys()]) {
      const stream = this.#open.get(msgId);
      this.#forget(msgId);
      stream?.end(error);
    }
  }

  #request(stream: EventStream): void {
    const msgId = this.#deps.nextId();
    this.#open.set(msgId, stream);
    this.#queued.add(msgId);
    this.#requestNext();
    if (this.#silenceTimer) return;
    this.received();
    this.#silenceTimer = setInterval(() => this.#checkSilence(), HEARTBEAT_MS);
  }

  #requestNext(): void {
    const [msgId] = this.#queued;
    if (msgId === undefined || this.#opening !== undefined) return;
    this.#queued.delete(msgId);
    this.#opening = msgId;
    this.#deps.send(messageText('watch', msgId, {}));
  }

  #answered(msgId: string): void {
    if (this.#opening !== msgId) return;
    this.#opening = undefined;
    this.#requestNext();
  }

  #ended(stream: EventStream): void {
    for (const [msgId, open] of this.#open) {
      if (open !== stream) continue;
      this.#forget(msgId);
      // The relay answers `cancel` with an error, which also frees #opening.
      if (!this.#queued.delete(msgId)) this.#deps.send(messageText('cancel', msgId, {}));
    }
  }

  #forget(msgId: string): void {
    this.#open.delete(msgId);
    if (this.#open.size > 0) return;
    clearInterval(this.#silenceTimer);
    this.#silenceTimer = undefined;
    this.#endRecheck?.();
    this.#endRecheck = undefined;
  }

  // The relay sends heartbeats to watchers, so silence means a dead connection.
  #checkSilence(): void {
    if (!this.#isSilent) return;
    // If this program was busy itself, received messages may still be unread: check again.
    this.#endRecheck?.();
    this.#endRecheck = setPunctualTimeout(() => {
      if (this.#isSilent) this.#deps.silent();
    }, RECHECK_MS);
  }

  get #isSilent(): boolean {
    return performance.now() - this.#receivedAt > RELAY_SILENCE_MS;
  }
}
