import { type ErrorCode, HTTP_STATUS } from '../../shared/errors.ts';
import { DurationBuckets } from './duration-buckets.ts';

/** Where calls come in: by a WebSocket of the first or the second protocol, or by HTTP. */
export const DOORS = ['websocket_1', 'websocket_2', 'http'] as const;
export type Door = (typeof DOORS)[number];

export type CallOutcome = 'ok' | ErrorCode;

// `as`: the keys of a constant are known.
export const OUTCOMES: readonly CallOutcome[] = ['ok', ...(Object.keys(HTTP_STATUS) as ErrorCode[])];

/** The outcomes of the calls of one door. */
interface DoorTally {
  readonly counts: Record<CallOutcome, number>;
  readonly ok: DurationBuckets;
  readonly failed: DurationBuckets;
}

/**
 * Counts the outcomes and durations of calls. It only counts, because it runs for every call; metrics are built
 * from it on request.
 */
export class CallTally {
  readonly #doors = new Map<Door, DoorTally>(DOORS.map((door) => [door, newDoorTally()]));
  #inFlight = 0;

  get inFlight(): number {
    return this.#inFlight;
  }

  began(): void {
    this.#inFlight++;
  }

  ended(door: Door, outcome: CallOutcome, ms: number): void {
    this.#inFlight--;
    const tally = this.of(door);
    tally.counts[outcome]++;
    (outcome === 'ok' ? tally.ok : tally.failed).add(ms);
  }

  of(door: Door): DoorTally {
    // `as`: each door was put in above.
    return this.#doors.get(door) as DoorTally;
  }

  /** Of all doors, by outcome. */
  get totals(): Record<CallOutcome, number> {
    const totals = noCounts();
    for (const { counts } of this.#doors.values()) for (const outcome of OUTCOMES) totals[outcome] += counts[outcome];
    return totals;
  }

  /** How long the calls took that ended well, of all doors. */
  get durations(): DurationBuckets {
    return DurationBuckets.sum([...this.#doors.values()].map(({ ok }) => ok));
  }
}

function newDoorTally(): DoorTally {
  return { counts: noCounts(), ok: new DurationBuckets(), failed: new DurationBuckets() };
}

function noCounts(): Record<CallOutcome, number> {
  // `as`: every outcome is among OUTCOMES.
  return Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<CallOutcome, number>;
}
