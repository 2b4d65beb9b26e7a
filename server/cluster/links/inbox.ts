import { JsonTexts } from '../../../shared/json-text.ts';
import { MAX_MESSAGE_BYTES, type Packet } from './packet.ts';

/** The contents of a packet. */
export interface Arrival {
  /** Not validated yet. */
  readonly messages: readonly unknown[];
  /** The same as they were written. */
  readonly texts: JsonTexts;
  /** Packets before this one were lost. */
  readonly gap: boolean;
  /** The other node has restarted its link, and has lost its state. */
  readonly peerRestarted: boolean;
}

/** Receives packets of one node: assembles split messages, and detects lost packets. */
export class Inbox {
  #epoch = -1;
  #expected = 0;
  #parts: Buffer[] = [];
  #size = 0;

  /** Undefined for a packet that is out of order or not JSON. */
  receive({ epoch, seq, part, parts, body }: Packet): Arrival | undefined {
    if (epoch < this.#epoch || (epoch === this.#epoch && seq < this.#expected)) return undefined;
    const anew = epoch > this.#epoch && this.#epoch >= 0;
    if (epoch > this.#epoch) this.#expected = 0;
    const gap = seq > this.#expected;
    if (gap || epoch > this.#epoch || part === 0) this.#clear();
    this.#epoch = epoch;
    this.#expected = seq + 1;
    const text = this.#read(part, parts, body);
    const messages = text === undefined ? undefined : parseArray(text);
    return messages && { messages, texts: new JsonTexts(text ?? ''), gap, peerRestarted: anew };
  }

  /** The text that is whole with this part: an array, empty if more is to come. Undefined if it is too large. */
  #read(part: number, parts: number, body: Buffer): string | undefined {
    // The beginning of the message was lost: discard the rest.
    if (part !== this.#parts.length) return '[]';
    this.#parts.push(body);
    this.#size += body.length;
    if (this.#size > MAX_MESSAGE_BYTES) {
      this.#clear();
      return undefined;
    }
    if (part + 1 < parts) return '[]';
    const whole = parts === 1 ? body : Buffer.concat(this.#parts);
    this.#clear();
    return whole.toString('utf8');
  }

  #clear(): void {
    this.#parts = [];
    this.#size = 0;
  }
}

function parseArray(text: string): unknown[] | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return Array.isArray(json) ? json : undefined;
  } catch {
    // The caller counts it.
    return undefined;
  }
}
