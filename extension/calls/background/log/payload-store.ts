import type { CallEntry, CallPayload } from '../../../platform/messages.ts';

/** How much is kept of one call's arguments, and of its answer. */
export const MAX_TEXT_BYTES = 2 * 1024;
/** How much is kept of all calls together; the oldest payloads go first. */
export const MAX_STORED_BYTES = 1024 * 1024;
/** What an entry costs beside its texts, roughly: so that many empty ones are bounded too. */
const ENTRY_BYTES = 200;

/** The arguments and answers that the user asked to see, and no more of them than memory bears. */
export class PayloadStore {
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder();
  readonly #scratch = new Uint8Array(MAX_TEXT_BYTES);
  readonly #entries = new Set<CallEntry>();
  #bytes = 0;

  add(entry: CallEntry, payload: CallPayload): void {
    entry.payload = payload;
    this.#entries.add(entry);
    this.#bytes += sizeOf(payload);
    for (const oldest of this.#entries) {
      if (this.#bytes <= MAX_STORED_BYTES) break;
      this.remove(oldest);
    }
  }

  remove(entry: CallEntry): void {
    if (entry.payload) this.#bytes -= sizeOf(entry.payload);
    delete entry.payload;
    this.#entries.delete(entry);
  }

  clear(): void {
    for (const entry of this.#entries) this.remove(entry);
  }

  /** A value as the start of its JSON text: a copy, because a part of a string would hold on to the whole of it. */
  textOf(value: unknown): string {
    const text = stringify(value);
    const { read, written } = this.#encoder.encodeInto(text, this.#scratch);
    const start = this.#decoder.decode(this.#scratch.subarray(0, written));
    return read < text.length ? `${start}…` : start;
  }
}

function sizeOf({ args, answer }: CallPayload): number {
  return ENTRY_BYTES + 2 * (args.length + answer.length);
}

function stringify(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'undefined';
  } catch {
    // JSON.parse reads deeper than JSON.stringify can write.
    return '…';
  }
}
