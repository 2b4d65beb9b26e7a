import type { ErrorCode } from '../../shared/errors.ts';
import type { EvictionReason } from '../flow/backpressure.ts';

/** What happened that nobody was answered for: counted, so that it can be seen. */
export interface Counters {
  /** Frames and messages that could not be read. */
  badFrames: number;
  /** `init` messages of peers that may not serve. */
  ignoredInits: number;
  /** Answers to calls that the connection was not asked, or that had ended. */
  strayAnswers: number;
  /** Connections and calls of addresses that are past their limits. */
  rateLimited: number;
  /** Connections and HTTP requests that were refused before they could call. */
  readonly refused: Readonly<Record<'websocket' | 'http', Refusals>>;
  /** Connections that were not taken: there are as many as there may be, or too many came at once. */
  readonly turnedAway: Record<'full' | 'rate', number>;
  /** Peers that read so slowly that they were closed. */
  readonly slowReaders: Readonly<Record<'websocket' | 'events' | 'http', Record<EvictionReason, number>>>;
  /** Messages on the bus that no node has sent, or that came out of turn. */
  badBusMessages: number;
  /** Times that messages from another node were missing. */
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

// Told from the start: a rate can't be seen of a count whose first value is 1.
function noRefusals(): Refusals {
  return { unauthorized: 0, forbidden: 0, rate_limited: 0 };
}
