import { CallError } from '../../../shared/errors.ts';

/**
 * Limits for calls that wait for pages to load: number of calls, and total length of their arguments as
 * JSON.
 */
const MAX_CALLS = 10_000;
const MAX_CALLS_PER_TAB = 5_000;
const MAX_LENGTH = 64 * 1024 * 1024;
/** More than one frame of the relay can hold. */
const MAX_LENGTH_PER_TAB = 32 * 1024 * 1024;

interface WaitingCall {
  readonly tabId: number;
  readonly length: number;
  goOn(): void;
}

interface Load {
  calls: number;
  length: number;
}

/** Calls that wait because their page is loading. No page has received them yet. */
export class WaitingCalls {
  readonly #calls = new Set<WaitingCall>();
  readonly #all: Load = { calls: 0, length: 0 };
  readonly #byTab = new Map<number, Load>();

  /**
   * Calls `goOn` when pages have come or gone. Returns a function that removes the call. @throws CallError
   * `overloaded` if too many wait already.
   */
  add(call: WaitingCall): () => void {
    const tab = this.#byTab.get(call.tabId) ?? { calls: 0, length: 0 };
    const isTooMuch =
      this.#all.calls >= MAX_CALLS ||
      tab.calls >= MAX_CALLS_PER_TAB ||
      this.#all.length + call.length > MAX_LENGTH ||
      tab.length + call.length > MAX_LENGTH_PER_TAB;
    if (isTooMuch)
      throw new CallError('overloaded', `Too many calls wait for the page in tab ${call.tabId} to load: call later`);
    this.#calls.add(call);
    this.#byTab.set(call.tabId, tab);
    count(this.#all, call, 1);
    count(tab, call, 1);
    return () => this.#remove(call);
  }

  /** Pages have come or gone: each waiting call retries, oldest first. */
  pagesChanged(): void {
    for (const call of [...this.#calls]) if (this.#remove(call)) call.goOn();
  }

  #remove(call: WaitingCall): boolean {
    const tab = this.#byTab.get(call.tabId);
    if (!this.#calls.delete(call) || !tab) return false;
    count(this.#all, call, -1);
    count(tab, call, -1);
    if (tab.calls === 0) this.#byTab.delete(call.tabId);
    return true;
  }
}

function count(load: Load, { length }: WaitingCall, sign: 1 | -1): void {
  load.calls += sign;
  load.length += sign * length;
}
