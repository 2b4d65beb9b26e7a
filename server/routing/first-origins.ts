/** How many clientIds that nobody serves any more are remembered. */
const MAX_REMEMBERED = 10_000;

/**
 * The Origin that first served each clientId. It keeps its place before other Origins after a reload or a lost
 * connection too, so that another site's page can't take the calls over by waiting for that moment.
 */
export class FirstOrigins {
  readonly #present = new Map<string, string>();
  /** Of clientIds that nobody serves now; the one that left longest ago goes first. */
  readonly #remembered = new Map<string, string>();

  of(clientId: string): string | undefined {
    return this.#present.get(clientId);
  }

  seen(clientId: string, origin: string): void {
    if (this.#present.has(clientId)) return;
    this.#present.set(clientId, this.#remembered.get(clientId) ?? origin);
    this.#remembered.delete(clientId);
  }

  /** Nobody serves the clientId any more. */
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
