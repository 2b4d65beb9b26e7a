import type { CallError } from './errors.ts';

/** How a call ended. */
export type Outcome<Value> = { ok: true; value: Value } | { ok: false; error: CallError };

/** Called once, with a call's outcome. */
export type Settle<Value> = (outcome: Outcome<Value>) => void;

/** Unanswered calls by id. Each settles exactly once. `resolve` and `reject` return false for an unknown id. */
export class PendingCalls<Id, Value> {
  readonly #calls = new Map<Id, Settle<Value>>();

  get size(): number {
    return this.#calls.size;
  }

  has(id: Id): boolean {
    return this.#calls.has(id);
  }

  add(id: Id, settle: Settle<Value>): void {
    if (this.#calls.has(id)) throw new RangeError('a call with this id is pending already');
    this.#calls.set(id, settle);
  }

  resolve(id: Id, value: Value): boolean {
    return this.#end(id, { ok: true, value });
  }

  reject(id: Id, error: CallError): boolean {
    return this.#end(id, { ok: false, error });
  }

  /** Removes a call without settling it. */
  forget(id: Id): boolean {
    return this.#calls.delete(id);
  }

  /** A copy of the pending ids. */
  ids(): Id[] {
    return [...this.#calls.keys()];
  }

  /** Rejects all calls, except those that a settle function adds meanwhile. */
  rejectAll(error: CallError): void {
    for (const id of this.ids()) this.reject(id, error);
  }

  #end(id: Id, outcome: Outcome<Value>): boolean {
    const settle = this.#calls.get(id);
    if (!settle) return false;
    this.#calls.delete(id);
    settle(outcome);
    return true;
  }
}
