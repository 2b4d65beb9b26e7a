import type { MsgId } from '../../shared/envelope.ts';
import type { Call } from '../routing/call.ts';

/**
 * The calls of one caller that wait, by the caller's own ids, which may repeat: so a cancel takes as long as what it ends, however
 * many wait. An id is the key as `JSON.parse` reads it: `1` and `"1"` are two ids, and numbers that JSON rounds to the same
 * double are one.
 */
export class CallsById {
  /** Nearly every id has one call. */
  readonly #calls = new Map<MsgId, Call | Set<Call>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(msgId: MsgId, call: Call): void {
    const known = this.#calls.get(msgId);
    if (known === undefined) this.#calls.set(msgId, call);
    else if (known instanceof Set) known.add(call);
    else this.#calls.set(msgId, new Set([known, call]));
    this.#size++;
  }

  /** A call that is not in it is passed over. */
  delete(msgId: MsgId, call: Call): void {
    const known = this.#calls.get(msgId);
    if (known instanceof Set) {
      if (known.delete(call)) this.#size--;
      if (known.size === 0) this.#calls.delete(msgId);
    } else if (known === call) {
      this.#calls.delete(msgId);
      this.#size--;
    }
  }

  /** Those of one id as they are now: they leave it while they are cancelled. */
  of(msgId: MsgId): Call[] {
    return callsOf(this.#calls.get(msgId));
  }

  all(): Call[] {
    return [...this.#calls.values()].flatMap(callsOf);
  }
}

function callsOf(entry: Call | Set<Call> | undefined): Call[] {
  if (entry === undefined) return [];
  return entry instanceof Set ? [...entry] : [entry];
}
