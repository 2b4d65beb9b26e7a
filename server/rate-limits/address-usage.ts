import { type AddressLimits, FLOOD_FACTOR, WRONG_TOKENS } from '../limits.ts';
import { TokenBucket } from './token-bucket.ts';

/** `over`: above the limit, rejected with an error. `flood`: far above it, cut off without one. */
export type LimitVerdict = 'within' | 'over' | 'flood';

/** Counts the connections, messages, bytes and wrong tokens of one address. */
export class AddressUsage {
  /** When the address was last seen, in ms. */
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

  /** Counts a connection until `removeConnection`. Twice the limit is a `flood`. */
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
    // A connected address is kept anyway, and reading the clock would slow down every call.
    if (this.#messages === undefined && this.isConnected) return 'within';
    this.usedAt = performance.now();
    return this.#messages?.take(1, this.usedAt) ?? 'within';
  }

  addBytes(amount: number): LimitVerdict {
    return this.#bytes?.take(amount, performance.now()) ?? 'within';
  }

  /** Counts a wrong token. Returns whether the address has now sent too many. */
  exceedsAuthFailureLimit(now = performance.now()): boolean {
    this.usedAt = now;
    return !this.#wrongTokens.take(1, now);
  }
}

/** A rate and its flood threshold. Rejected amounts count for the flood only, so that the allowed rate stays available. */
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
