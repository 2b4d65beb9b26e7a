import { BRIDGE_ACK_MS } from '../../../shared/limits.ts';
import { setPunctualTimeout } from '../../../shared/punctual-timeout.ts';

/** Ten megabytes take a busy machine seconds on their way to a page: for so many UTF-16 units a task has a millisecond more. */
const UNITS_PER_MS = 1_000;

/**
 * Sees which tasks a page has not come to. A task is *unseen* from when it is sent until its bridge acknowledges it, then
 * *running* until the page answers. Unseen ones are reported after BRIDGE_ACK_MS in which nothing ran, and as much more as large ones take on
 * their way: a page that is busy with an earlier task can't react, and is all right.
 */
export class AckTracker {
  readonly #onOverdue: (ids: readonly number[]) => void;
  /** When each is to be reported. */
  readonly #unacknowledged = new Map<number, number>();
  readonly #running = new Set<number>();
  /** Running, but nobody waits for them any more. They may still keep the page busy, until it is seen to react. */
  readonly #abandoned = new Set<number>();
  #idleSince = 0;
  #lastDue = 0;
  #endTimer: (() => void) | undefined;

  constructor(onUnseen: (ids: readonly number[]) => void) {
    this.#onOverdue = onUnseen;
  }

  /** `length` of their text. What is sent after a large one comes after it. */
  sent(ids: readonly number[], length = 0): void {
    if (this.#unacknowledged.size === 0) this.#lastDue = 0;
    this.#lastDue = Math.max(this.#lastDue, Date.now() + BRIDGE_ACK_MS + Math.floor(length / UNITS_PER_MS));
    for (const id of ids) this.#unacknowledged.set(id, this.#lastDue);
    this.#arm();
  }

  /** The bridge has acknowledged these. Returns those of them that are still to be done; they run from now on. */
  acknowledged(ids: readonly number[]): number[] {
    for (const id of this.#abandoned) this.#running.delete(id);
    this.#abandoned.clear();
    const waiting = ids.filter((id) => this.#unacknowledged.delete(id));
    for (const id of waiting) this.#running.add(id);
    return waiting;
  }

  answered(id: number): void {
    this.#unacknowledged.delete(id);
    this.#abandoned.delete(id);
    if (this.#running.delete(id) && this.#running.size === 0) this.#idleSince = Date.now();
    this.#arm();
  }

  abandon(id: number): void {
    this.#unacknowledged.delete(id);
    if (this.#running.has(id)) this.#abandoned.add(id);
  }

  clear(): void {
    this.#endTimer?.();
    this.#endTimer = undefined;
    this.#unacknowledged.clear();
    this.#running.clear();
    this.#abandoned.clear();
  }

  #arm(): void {
    if (this.#endTimer || this.#running.size > 0) return;
    // Tasks are sent in order, and a Map keeps it: the first is the oldest.
    const [oldest] = this.#unacknowledged.values();
    if (oldest === undefined) return;
    const due = Math.max(oldest, this.#idleSince + BRIDGE_ACK_MS);
    // Where this background was busy itself, acknowledgements lie in its queue: those tasks have run.
    this.#endTimer = setPunctualTimeout(() => this.#check(), Math.max(0, due - Date.now()));
  }

  #check(): void {
    this.#endTimer = undefined;
    const now = Date.now();
    if (this.#running.size === 0 && this.#idleSince <= now - BRIDGE_ACK_MS) {
      const overdue = [...this.#unacknowledged].filter(([, due]) => due <= now).map(([id]) => id);
      for (const id of overdue) this.#unacknowledged.delete(id);
      if (overdue.length > 0) this.#onOverdue(overdue);
    }
    this.#arm();
  }
}
