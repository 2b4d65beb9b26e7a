import { type AddressLimits, FLOOD_FACTOR, WRONG_TOKENS } from '../limits.ts';
import { TokenBucket } from './token-bucket.ts';

/** How much an address uses, against what it may: `over` is refused with a word, `flood` without. */
export type LimitVerdict = 'within' | 'over' | 'flood';

/** What one address uses: connections, messages, bytes, and wrong tokens. */
export class AddressUsage {
  /** When it was last used, in ms. */
  usedAt: number;
  readonly #maxConnections: number;
  readonly #messages: Meter | undefined;
  readonly #bytes: Meter | undefined;
  readonly #wrongTokens: TokenBucket;
  #connections = 0;

  constructor({ connections, messagesPerSecond, bytesPerSecond }: AddressLimits, now: number) {
    this.usedAt = now;
    this.#maxConnections = connections ?? Number.POSITIVE_INFINITY;
    this.#messages = messagesPerSecond === undefined ? undefined : new Meter(messagesPerSecond, now);
    this.#bytes = bytesPerSecond === undefined ? undefined : new Meter(bytesPerSecond, now);
    this.#wrongTokens = new TokenBucket(WRONG_TOKENS / 60, WRONG_TOKENS, now);
  }

  get isConnected(): boolean {
    return this.#connections > 0;
  }

  /** Counts a connection, until `release`. A `flood` is twice as many as it may have. */
  addConnection(): LimitVerdict {
    const count = ++this.#connections;
    if (count <= this.#maxConnections) return 'within';
    return count <= 2 * this.#maxConnections ? 'over' : 'flood';
  }

  removeConnection(now = performance.now()): void {
    this.#connections--;
    this.usedAt = now;
  }

  addMessage(): LimitVerdict {
    // Whoever is connected is remembered without it, and each look at the clock stands in a call's way.
    if (this.#messages === undefined && this.isConnected) return 'within';
    this.usedAt = performance.now();
    return this.#messages?.take(1, this.usedAt) ?? 'within';
  }

  addBytes(amount: number): LimitVerdict {
    return this.#bytes?.take(amount, performance.now()) ?? 'within';
  }

  /** Counts a wrong token, and tells whether it is one too many. Right ones never come here. */
  exceedsAuthFailureLimit(now = performance.now()): boolean {
    this.usedAt = now;
    return !this.#wrongTokens.take(1, now);
  }
}

/** A rate with what lies beyond it. What is refused counts for the flood alone, so that the rest still gets its share. */
class Meter {
  readonly #allowed: TokenBucket;
  readonly #flood: TokenBucket;

  constructor(perSecond: number, now: number) {
    this.#allowed = new TokenBucket(perSecond, perSecond, now);
    this.#flood = new TokenBucket(FLOOD_FACTOR * perSecond, FLOOD_FACTOR * perSecond, now);
  }

  take(amount: number, now: number): LimitVerdict {
    if (!this.#flood.take(amount, now)) return 'flood';
    return this.#allowed.take(amount, now) ? 'within' : 'over';
  }
}
