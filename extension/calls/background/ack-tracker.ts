import { BRIDGE_ACK_MS } from '../../../shared/limits.ts';
import { setPunctualTimeout } from '../../../shared/punctual-timeout.ts';

/** A large message takes time to reach a busy page: one extra millisecond per this many UTF-16 units. */
const UNITS_PER_MS = 1_000;

/**
 * Finds tasks that a page does not start. A task is *unacknowledged* from when it is sent until its bridge
 * acknowledges it, then *running* until the page answers. Unacknowledged tasks are reported after
 * BRIDGE_ACK_MS without a running task, plus transfer time for large ones: a page that is busy with an
 * earlier task can't react, and is fine.
 */
export class AckTracker {
  readonly #onOverdue: (ids: readonly number[]) => void;
  /** When each task is due. */
  readonly #unacknowledged = new Map<number, number>();
  readonly #running = new Set<number>();
  /** Running tasks whose callers have gone. They may keep the page busy until it reacts again. */
  readonly #abandoned = new Set<number>();
  #idleSince = 0;
  #lastDue = 0;
  #endTimer: (() => void) | undefined;

  constructor(onUnseen: (ids: readonly number[]) => void) {
    this.#onOverdue = onUnseen;
  }

  /** `length` is that of the message. A later message arrives after an earlier large one. */
  sent(ids: readonly number[], length = 0): void {
    if (this.#unacknowledged.size === 0) this.#lastDue = 0;
    this.#lastDue = Math.max(this.#lastDue, performance.now() + BRIDGE_ACK_MS + Math.floor(length / UNITS_PER_MS));
    for (const id of ids) this.#unacknowledged.set(id, this.#lastDue);
    this.#arm();
  }

  /**
   * The bridge acknowledged these tasks. Returns those that are still pending; they are running from now
   * on.
   */
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
    if (this.#running.delete(id) && this.#running.size === 0) this.#idleSince = performance.now();
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
    // A Map keeps insertion order, so the first is the oldest.
    const [oldest] = this.#unacknowledged.values();
    if (oldest === undefined) return;
    const due = Math.max(oldest, this.#idleSince + BRIDGE_ACK_MS);
    // A punctual timer: if the background itself was busy, acknowledgements wait in its queue and are read
    // first.
    this.#endTimer = setPunctualTimeout(() => this.#check(), Math.max(0, due - performance.now()));
  }

  #check(): void {
    this.#endTimer = undefined;
    const now = performance.now();
    if (this.#running.size === 0 && this.#idleSince <= now - BRIDGE_ACK_MS) {
      const overdue = [...this.#unacknowledged].filter(([, due]) => due <= now).map(([id]) => id);
      for (const id of overdue) this.#unacknowledged.delete(id);
      if (overdue.length > 0) this.#onOverdue(overdue);
    }
    this.#arm();
  }
}
