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
  readonly #left: ClientIdMemory<true>;
  readonly #isConnected: (clientId: string) => boolean;

  /** `isConnected`: whether a client of the second protocol serves the clientId at this node. */
  constructor(isConnected: (clientId: string) => boolean, now?: () => number) {
    this.#isConnected = isConnected;
    this.#left = new ClientIdMemory(now);
  }

  /** A second-protocol client has gone, or is connected to another node. Nothing happens if too many are held. */
  hold(clientId: string): void {
    this.#left.set(clientId, true);
  }

  /** Its user has switched the client off. */
  release(clientId: string): void {
    this.#left.delete(clientId);
  }

  /** `shop#sign` is held with `shop`, because a call of it may mean the function `sign` of `shop`. */
  find(clientId: string): Hold | undefined {
    for (const { clientId: held } of addressesIn(clientId)) {
      const isConnected = this.#isConnected(held);
      const remainingMs = this.#left.remainingMs(held);
      if (isConnected) return { clientId: held, remainingMs: undefined };
      if (remainingMs !== undefined) return { clientId: held, remainingMs };
    }
    return undefined;
  }

  /** The clientIds of clients that have gone, and of other nodes. */
  ids(): Iterable<string> {
    return this.#left.recent();
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
