import { ClientIdMemory } from './client-id-memory.ts';

/**
 * The Origin that first served each clientId. It keeps precedence over other Origins across reloads and lost
 * connections. None is refused for it: one script may move from a login page to another Origin.
 */
export class FirstOrigins {
  readonly #present = new Map<string, string>();
  /** Of clientIds without a connection. */
  readonly #left: ClientIdMemory<string>;

  constructor(now?: () => number) {
    this.#left = new ClientIdMemory(now);
  }

  of(clientId: string): string | undefined {
    return this.#present.get(clientId);
  }

  seen(clientId: string, origin: string): void {
    if (this.#present.has(clientId)) return;
    this.#present.set(clientId, this.#left.get(clientId) ?? origin);
    this.#left.delete(clientId);
  }

  /** The last connection of the clientId has gone. */
  left(clientId: string): void {
    const origin = this.#present.get(clientId);
    if (origin === undefined) return;
    this.#present.delete(clientId);
    this.#left.set(clientId, origin);
  }
}
