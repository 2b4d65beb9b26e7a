import type { JsonText } from '../../shared/json-text.ts';
import type { Outcome } from '../../shared/pending-calls.ts';
import type { Call, CallSink } from '../routing/call.ts';
import type { Codec } from './codec.ts';
import type { IdText } from './id-text.ts';

/** A call of one caller that waits for its outcome, and how its answer is to be written. */
export class OpenCall implements CallSink {
  readonly codec: Codec;
  readonly msgId: IdText;
  /** The clientId as the caller wrote it, which the answer repeats. */
  readonly writtenId: string;
  readonly keptLength: number;
  /** Undefined while the router is given it. */
  call: Call | undefined;
  readonly #onSettled: OnSettled;

  constructor(codec: Codec, msgId: IdText, writtenId: string, onSettled: OnSettled) {
    this.codec = codec;
    this.msgId = msgId;
    this.writtenId = writtenId;
    this.keptLength = (msgId?.length ?? 0) + writtenId.length;
    this.#onSettled = onSettled;
  }

  settle(outcome: Outcome<JsonText>): void {
    this.#onSettled(this, outcome);
  }
}

type OnSettled = (open: OpenCall, outcome: Outcome<JsonText>) => void;

/**
 * The open calls of one caller, by the caller's own ids, which may repeat. A cancel takes as long as what it
 * ends, however many calls are open.
 */
export class CallsById {
  /** Nearly every id has one call. */
  readonly #calls = new Map<IdText, OpenCall | Set<OpenCall>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(call: OpenCall): void {
    const known = this.#calls.get(call.msgId);
    if (known === undefined) this.#calls.set(call.msgId, call);
    else if (known instanceof Set) known.add(call);
    else this.#calls.set(call.msgId, new Set([known, call]));
    this.#size++;
  }

  /** Ignores a call that it does not have. */
  delete(call: OpenCall): void {
    const known = this.#calls.get(call.msgId);
    if (known instanceof Set) {
      if (known.delete(call)) this.#size--;
      if (known.size === 0) this.#calls.delete(call.msgId);
    } else if (known === call) {
      this.#calls.delete(call.msgId);
      this.#size--;
    }
  }

  /** Those of one id as they are now: they leave it while they are cancelled. */
  of(msgId: IdText): OpenCall[] {
    return callsOf(this.#calls.get(msgId));
  }

  all(): OpenCall[] {
    return [...this.#calls.values()].flatMap(callsOf);
  }
}

function callsOf(entry: OpenCall | Set<OpenCall> | undefined): OpenCall[] {
  if (entry === undefined) return [];
  return entry instanceof Set ? [...entry] : [entry];
}
