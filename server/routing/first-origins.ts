/** How many clientIds without a connection are remembered. */
const MAX_REMEMBERED = 10_000;

/**
 * The Origin that first served each clientId. It keeps precedence over other Origins across reloads and lost
 * connections, so that another site's page can't take over the calls by waiting for that moment.
 */
export class FirstOrigins {
  readonly #present = new Map<string, string>();
  /** Of clientIds without a connection; the one that left first is dropped first. */
  readonly #remembered = new Map<string, string>();

  of(clientId: string): string | undefined {
    return this.#present.get(clientId);
  }

  seen(clientId: string, origin: string): void {
    if (this.#present.has(clientId)) return;
    this.#present.set(clientId, this.#remembered.get(clientId) ?? origin);
    this.#remembered.delete(clientId);
  }

  /** The last connection of the clientId has gone. */
  left(clientId: string): void {
    const origin = this.#present.get(clientId);
    if (origin === undefined) return;
    this.#present.delete(clientId);
    this.#remembered.set(clientId, origin);
    for (const oldest of this.#remembered.keys()) {
      if (this.#remembered.size <= MAX_REMEMBERED) return;
      this.#remembered.delete(oldest);
    }
  }
}
