import type { CallError } from '../shared/errors.ts';
import { HEARTBEAT_MS, RELAY_SILENCE_MS } from '../shared/limits.ts';
import { setPunctualTimeout } from '../shared/punctual-timeout.ts';
import { parseEvent } from '../shared/relay-event.ts';
import { EventStream } from './event-stream.ts';
import { messageText } from './message-text.ts';

interface WatchesDeps {
  nextId(): string;
  /** Sends where there is a connection. */
  send(text: string): void;
  /** The relay has been silent for so long that its connection is taken for dead. */
  silent(): void;
}

const DOUBT_MS = 100;

/** What a program watches, over all the connections that it has to its relay one after the other. */
export class Watches {
  readonly #deps: WatchesDeps;
  /** By the msgId that each has on the connection of now. */
  readonly #open = new Map<string, EventStream>();
  #clock: ReturnType<typeof setInterval> | undefined;
  #heardAt = 0;
  #endDoubt: (() => void) | undefined;

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
    else this.#ask(stream);
    signal?.addEventListener('abort', abort, { once: true });
    return stream;
  }

  /** A connection is there, and knows of no watch. */
  connected(): void {
    this.heard();
    const streams = [...this.#open.values()];
    this.#open.clear();
    for (const stream of streams) this.#ask(stream);
  }

  /** The relay has said something. */
  heard(): void {
    this.#heardAt = performance.now();
  }

  take(msgId: string, event: unknown): void {
    const known = parseEvent(event);
    if (known) this.#open.get(msgId)?.push(known);
  }

  fail(msgId: string, error: CallError): void {
    const stream = this.#open.get(msgId);
    this.#forget(msgId);
    stream?.end(error);
  }

  /** There will be no connection any more; without an error because the program wanted it so. */
  end(error: CallError | undefined): void {
    for (const msgId of [...this.#open.keys()]) {
      const stream = this.#open.get(msgId);
      this.#forget(msgId);
      stream?.end(error);
    }
  }

  #ask(stream: EventStream): void {
    const msgId = this.#deps.nextId();
    this.#open.set(msgId, stream);
    this.#deps.send(messageText('watch', msgId, {}));
    if (this.#clock) return;
    this.heard();
    this.#clock = setInterval(() => this.#listen(), HEARTBEAT_MS);
  }

  #ended(stream: EventStream): void {
    for (const [msgId, open] of this.#open) {
      if (open !== stream) continue;
      this.#forget(msgId);
      this.#deps.send(messageText('cancel', msgId, {}));
    }
  }

  #forget(msgId: string): void {
    this.#open.delete(msgId);
    if (this.#open.size > 0) return;
    clearInterval(this.#clock);
    this.#clock = undefined;
    this.#endDoubt?.();
    this.#endDoubt = undefined;
  }

  // Nothing may happen for hours, but who watches gets heartbeats.
  #listen(): void {
    if (!this.#isSilent) return;
    // A program that was busy itself has not read them yet.
    this.#endDoubt?.();
    this.#endDoubt = setPunctualTimeout(() => {
      if (this.#isSilent) this.#deps.silent();
    }, DOUBT_MS);
  }

  get #isSilent(): boolean {
    return performance.now() - this.#heardAt > RELAY_SILENCE_MS;
  }
}
