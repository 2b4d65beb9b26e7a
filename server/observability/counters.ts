import type { ErrorCode } from '../../shared/errors.ts';
import type { EvictionReason } from '../flow/backpressure.ts';

/** Counts of events that are only visible in the metrics. */
export interface Counters {
  /** Frames and messages that could not be read. */
  badFrames: number;
  /** `init` messages of connections that may not serve. */
  ignoredInits: number;
  /** Answers to unknown or ended calls. */
  strayAnswers: number;
  /** Connections and calls of addresses above their rate limits. */
  rateLimited: number;
  /** Connections and HTTP requests that failed authorization. */
  readonly refused: Readonly<Record<'websocket' | 'http', Refusals>>;
  /** Connections rejected on accept: by the total limit, or by the accept rate. */
  readonly turnedAway: Record<'full' | 'rate', number>;
  /** Evicted slow consumers. */
  readonly slowReaders: Readonly<Record<'websocket' | 'events' | 'http', Record<EvictionReason, number>>>;
  /** Malformed or out-of-order bus messages. */
  badBusMessages: number;
  /** Times that messages of another node were lost. */
  busGaps: number;
}

type Refusals = Partial<Record<ErrorCode, number>>;

export function newCounters(): Counters {
  const refused = { websocket: noRefusals(), http: noRefusals() };
  return {
    badFrames: 0,
    ignoredInits: 0,
    strayAnswers: 0,
    rateLimited: 0,
    badBusMessages: 0,
    busGaps: 0,
    slowReaders: { websocket: noneTooSlow(), events: noneTooSlow(), http: noneTooSlow() },
    turnedAway: { full: 0, rate: 0 },
    refused,
  };
}

export function countRefusal({ refused }: Counters, door: keyof Counters['refused'], code: ErrorCode): void {
  refused[door][code] = (refused[door][code] ?? 0) + 1;
}

function noneTooSlow(): Record<EvictionReason, number> {
  return { own: 0, all: 0, stalled: 0 };
}

// Exported as 0 from the start: Prometheus sees no increase in a counter whose first value is 1.
function noRefusals(): Refusals {
  return { unauthorized: 0, forbidden: 0, rate_limited: 0 };
}
