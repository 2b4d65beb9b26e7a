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
  /** Those of them that the relay has still to be asked for, in order. */
  readonly #unasked = new Set<string>();
  /** The one that the relay has been asked for and has not answered: it refuses another until then. */
  #opening: string | undefined;
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
    this.#unasked.clear();
    this.#opening = undefined;
    for (const stream of streams) this.#ask(stream);
  }

  /** The relay has said something. */
  heard(): void {
    this.#heardAt = performance.now();
  }

  take(msgId: string, event: unknown): void {
    const known = parseEvent(event);
    if (known) this.#open.get(msgId)?.push(known);
    this.#answered(msgId);
  }

  fail(msgId: string, error: CallError): void {
    const stream = this.#open.get(msgId);
    this.#forget(msgId);
    stream?.end(error);
    this.#answered(msgId);
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
    this.#unasked.add(msgId);
    this.#askNext();
    if (this.#clock) return;
    this.heard();
    this.#clock = setInterval(() => this.#listen(), HEARTBEAT_MS);
  }

  #askNext(): void {
    const [msgId] = this.#unasked;
    if (msgId === undefined || this.#opening !== undefined) return;
    this.#unasked.delete(msgId);
    this.#opening = msgId;
    this.#deps.send(messageText('watch', msgId, {}));
  }

  #answered(msgId: string): void {
    if (this.#opening !== msgId) return;
    this.#opening = undefined;
    this.#askNext();
  }

  #ended(stream: EventStream): void {
    for (const [msgId, open] of this.#open) {
      if (open !== stream) continue;
      this.#forget(msgId);
      // The relay's answer to this is an error, which ends the wait for the first event.
      if (!this.#unasked.delete(msgId)) this.#deps.send(messageText('cancel', msgId, {}));
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
