import type { JsonText } from '../../../../shared/json-text.ts';
import type { CallEntry, CallPayload } from '../../../platform/messages.ts';

/** Limit for the arguments of one call, and for its answer. */
export const MAX_TEXT_BYTES = 2 * 1024;
/** Limit for all calls together; the oldest are removed first. */
export const MAX_STORED_BYTES = 1024 * 1024;
/** Approximate overhead of an entry, so that empty ones are bounded too. */
const ENTRY_BYTES = 200;

/** Stores the arguments and answers that the user asked to see, within a memory limit. */
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

  /** The start of a value's JSON. Copied, because a slice would keep the whole string in memory. */
  textOf(text: JsonText): string {
    const { read, written } = this.#encoder.encodeInto(text, this.#scratch);
    const start = this.#decoder.decode(this.#scratch.subarray(0, written));
    return read < text.length ? `${start}…` : start;
  }
}

function sizeOf({ args, answer }: CallPayload): number {
  return ENTRY_BYTES + 2 * (args.length + answer.length);
}
