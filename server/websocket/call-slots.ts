import type { MsgId } from '../../shared/envelope.ts';
import type { CallError } from '../../shared/errors.ts';
import type { Call } from '../routing/call.ts';

interface Slot {
  call: Call | undefined;
  /** How many calls have had the slot. */
  generation: number;
}

/**
 * The calls that were sent on one connection and not answered yet. A call's id on the wire is its slot and
 * the slot's generation, `1f.2s`. No other call of the connection ever has it, so a late answer can't end
 * another call.
 */
export class CallSlots {
  readonly #slots: Slot[] = [];
  readonly #free: number[] = [];

  get size(): number {
    return this.#slots.length - this.#free.length;
  }

  /** Gives the call its id. */
  add(call: Call): void {
    const index = this.#free.pop() ?? this.#slots.push({ call: undefined, generation: 0 }) - 1;
    // `as`: the index is free or new.
    const slot = this.#slots[index] as Slot;
    slot.call = call;
    call.id = `${index.toString(RADIX)}.${(++slot.generation).toString(RADIX)}`;
  }

  /** The call of this id, which leaves its slot; undefined if none waits under it. */
  take(id: MsgId): Call | undefined {
    const index = typeof id === 'string' ? Number.parseInt(id, RADIX) : -1;
    const call = this.#slots[index]?.call;
    return call?.id === id && this.#remove(index) ? call : undefined;
  }

  /** @returns whether the call was waiting */
  delete(call: Call): boolean {
    return this.take(call.id) === call;
  }

  /** Ends all calls that wait now. */
  failAll(error: CallError): void {
    const waiting = this.#slots.flatMap(({ call }) => call ?? []);
    for (const call of waiting) if (this.delete(call)) call.answer({ ok: false, error });
  }

  #remove(index: number): boolean {
    const slot = this.#slots[index];
    if (!slot?.call) return false;
    slot.call = undefined;
    this.#free.push(index);
    return true;
  }
}

const RADIX = 36;
