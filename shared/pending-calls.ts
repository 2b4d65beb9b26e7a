import type { CallError } from './errors.ts';

/** How a call ended. */
export type Outcome<Value> = { ok: true; value: Value } | { ok: false; error: CallError };

/** Called once, with a call's outcome. */
export type Settle<Value> = (outcome: Outcome<Value>) => void;

/** Calls that wait for an answer, by id. Each wait ends exactly once; an answer for an unknown id says so by `false`. */
export class PendingCalls<Id, Value> {
  readonly #waiting = new Map<Id, Settle<Value>>();

  get size(): number {
    return this.#waiting.size;
  }

  has(id: Id): boolean {
    return this.#waiting.has(id);
  }

  add(id: Id, settle: Settle<Value>): void {
    if (this.#waiting.has(id)) throw new RangeError('a call with this id is pending already');
    this.#waiting.set(id, settle);
  }

  resolve(id: Id, value: Value): boolean {
    return this.#end(id, { ok: true, value });
  }

  reject(id: Id, error: CallError): boolean {
    return this.#end(id, { ok: false, error });
  }

  /** Removes a call without settling it. */
  forget(id: Id): boolean {
    return this.#waiting.delete(id);
  }

  /** The ids that wait now; what is added or ends later does not change the list. */
  ids(): Id[] {
    return [...this.#waiting.keys()];
  }

  /** Fails every wait. A call that a settle function adds meanwhile is not among them. */
  rejectAll(error: CallError): void {
    for (const id of this.ids()) this.reject(id, error);
  }

  #end(id: Id, outcome: Outcome<Value>): boolean {
    const settle = this.#waiting.get(id);
    if (!settle) return false;
    this.#waiting.delete(id);
    settle(outcome);
    return true;
  }
}
