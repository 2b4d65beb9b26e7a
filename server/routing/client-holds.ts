import { CallError } from '../../shared/errors.ts';
import { quoteName } from '../../shared/quote-name.ts';
import type { Client } from './client.ts';
import { addressesIn } from './client-address.ts';
import { ClientIdMemory } from './client-id-memory.ts';

/** Longer than the Origin of any site. */
const MAX_ORIGIN_LENGTH = 300;

/** A clientId that no page may serve now. */
export interface Hold {
  /** The clientId, or what stands before a `#` in it. */
  readonly clientId: string;
  /** When it ends. Undefined while the client is connected. */
  readonly remainingMs: number | undefined;
}

/**
 * The clientIds that second-protocol clients have served in the last ten minutes, here or at other nodes. A web page
 * that serves one of them gets no calls: a browser that restarts or loses its network comes back, and meanwhile a
 * page could read its calls and make up the answers. Programs and other second-protocol clients are not affected.
 */
export class ClientHolds {
  /** Changes with what is held. */
  version = 0;
  readonly #left: ClientIdMemory<true>;
  /** How many second-protocol clients of this node serve each clientId. */
  readonly #connected = new Map<string, number>();

  constructor(now?: () => number) {
    this.#left = new ClientIdMemory(now);
  }

  /** A second-protocol client has connected to this node. */
  connected(clientId: string): void {
    this.version++;
    this.#connected.set(clientId, (this.#connected.get(clientId) ?? 0) + 1);
  }

  /** One has gone. `released`: its user has switched it off. @returns whether it was the last */
  disconnected(clientId: string, released: boolean): boolean {
    const rest = (this.#connected.get(clientId) ?? 1) - 1;
    if (rest > 0) {
      this.#connected.set(clientId, rest);
      return false;
    }
    this.#connected.delete(clientId);
    if (released) this.release(clientId);
    else this.hold(clientId);
    return true;
  }

  /** A second-protocol client has gone, or is connected to another node. Nothing happens if too many are held. */
  hold(clientId: string): void {
    this.version++;
    this.#left.set(clientId, true);
  }

  release(clientId: string): void {
    this.version++;
    this.#left.delete(clientId);
  }

  /** `shop#sign` is held with `shop`, because a call of it may mean the function `sign` of `shop`. */
  find(clientId: string): Hold | undefined {
    for (const { clientId: held } of addressesIn(clientId)) {
      const isConnected = this.#connected.has(held);
      const remainingMs = this.#left.remainingMs(held);
      if (isConnected) return { clientId: held, remainingMs: undefined };
      if (remainingMs !== undefined) return { clientId: held, remainingMs };
    }
    return undefined;
  }

  /** The clientIds that second-protocol clients of this node serve. */
  served(): Iterable<string> {
    return this.#connected.keys();
  }

  /** Those, and the clientIds of clients that have gone or are connected to other nodes. */
  all(): Set<string> {
    return new Set([...this.#connected.keys(), ...this.#left.recent()]);
  }
}

/** Why a page that waits gets no calls, and what lets it: for the caller and for the log. */
export function describeHold({ origin = '' }: Client, { clientId, remainingMs }: Hold): string {
  const owner = `the browser extension that last served ${quoteName(clientId)}`;
  const until = remainingMs === undefined ? 'as long as it is connected' : `for another ${shownTime(remainingMs)}`;
  return `a web page of ${quoteName(origin)} waits: this clientId is kept for ${owner}, ${until}; to let the page serve, switch Pagewire off in that browser, or change the page's clientId`;
}

export function pageWaits(page: Client, hold: Hold): CallError {
  const message = `client ${quoteName(page.clientId)} is not connected, and ${describeHold(page, hold)}`;
  return new CallError('client_not_found', message, {
    details: { waitingOrigin: (page.origin ?? '').slice(0, MAX_ORIGIN_LENGTH) },
  });
}

function shownTime(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  return seconds > 90 ? `${Math.ceil(seconds / 60)} minutes` : `${seconds} s`;
}
