import type { CallEntry, CallSummary } from '../../../platform/messages.ts';

/** How many ended calls of one function are kept; percentiles are of these. */
export const MAX_ENTRIES = 100;
/** How many of them a small chart shows. */
const RECENT_CALLS = 60;

/** What is remembered of one function's calls: the last ones, and how many there were in all. */
export class FunctionCalls {
  /** The oldest first. */
  readonly #entries: CallEntry[] = [];
  #calls = 0;
  #failures = 0;
  #running = 0;

  started(): void {
    this.#running++;
  }

  ended(entry: CallEntry): void {
    this.#running--;
    this.#calls++;
    if (entry.outcome !== 'ok') this.#failures++;
    this.#entries.push(entry);
    if (this.#entries.length > MAX_ENTRIES) this.#entries.shift();
  }

  /** Forgets all but what runs still. */
  clear(): void {
    this.#entries.length = 0;
    this.#calls = 0;
    this.#failures = 0;
  }

  /** The newest first. */
  get entries(): CallEntry[] {
    return this.#entries.toReversed();
  }

  get summary(): CallSummary {
    const sorted = this.#entries.map(({ ms }) => ms).sort((a, b) => a - b);
    return {
      calls: this.#calls,
      failures: this.#failures,
      running: this.#running,
      p50: percentile(sorted, 0.5),
      p95: percentile(sorted, 0.95),
      recent: this.#entries.slice(-RECENT_CALLS).map(({ ms, outcome }) => ({ ms, ok: outcome === 'ok' })),
    };
  }
}

/** The smallest value that so large a share of all does not exceed (nearest rank). */
function percentile(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.ceil(sorted.length * share) - 1];
}
