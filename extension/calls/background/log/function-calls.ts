import type { CallEntry, CallSummary } from '../../../platform/messages.ts';

/** How many finished calls are kept per function; percentiles are computed from these. */
export const MAX_ENTRIES = 100;
/** How many of them the chart shows. */
const RECENT_CALLS = 60;

/** The recorded calls of one function: the last ones, and the totals. */
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

  /** Forgets finished calls. */
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

/** Nearest-rank percentile. */
function percentile(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.ceil(sorted.length * share) - 1];
}
