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
}

export function newCounters(): Counters {
  return { badFrames: 0, ignoredInits: 0, strayAnswers: 0, rateLimited: 0 };
}
