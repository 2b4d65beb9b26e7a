import { HOLD_MS } from '../limits.ts';

/** As many clients as a node may have. With the longest clientIds and Origins this is some 40 MB. */
const MAX_REMEMBERED = 50_000;

/**
 * What is remembered of clientIds, the newest last. When it is full, it remembers nothing new until entries are older
 * than HOLD_MS: a peer that sends thousands of clientIds must not push out those of others.
 */
export class ClientIdMemory<Value> {
  readonly #entries = new Map<string, { value: Value; at: number }>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Returns false if it is full. */
  set(clientId: string, value: Value): boolean {
    this.#entries.delete(clientId);
    this.#dropOldest();
    if (this.#entries.size >= MAX_REMEMBERED) return false;
    this.#entries.set(clientId, { value, at: this.#now() });
    return true;
  }

  delete(clientId: string): void {
    this.#entries.delete(clientId);
  }

  get(clientId: string): Value | undefined {
    return this.#entries.get(clientId)?.value;
  }

  /** For how much longer the entry is younger than HOLD_MS; undefined if it is not. */
  remainingMs(clientId: string): number | undefined {
    const entry = this.#entries.get(clientId);
    const remaining = entry === undefined ? 0 : entry.at + HOLD_MS - this.#now();
    return remaining > 0 ? remaining : undefined;
  }

  *recent(): Generator<string> {
    for (const clientId of this.#entries.keys()) if (this.remainingMs(clientId) !== undefined) yield clientId;
  }

  #dropOldest(): void {
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size < MAX_REMEMBERED || this.remainingMs(oldest) !== undefined) return;
      this.#entries.delete(oldest);
    }
  }
}
