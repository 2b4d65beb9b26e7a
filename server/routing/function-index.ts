import type { Client } from './client.ts';

/** Which functions the clients of a pool serve, so that a call that none serves is rejected without asking each. */
export class FunctionIndex {
  /** The number of clients that serve each function. */
  readonly #counts = new Map<string, number>();
  readonly #names = new Map<Client, readonly string[]>();

  has(name: string): boolean {
    return this.#counts.has(name);
  }

  /** The client has come, or its functions have changed. */
  set(client: Client): void {
    this.delete(client);
    const names = client.functionNames;
    this.#names.set(client, names);
    for (const name of names) this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  delete(client: Client): void {
    for (const name of this.#names.get(client) ?? []) {
      const left = (this.#counts.get(name) ?? 0) - 1;
      if (left > 0) this.#counts.set(name, left);
      else this.#counts.delete(name);
    }
    this.#names.delete(client);
  }
}
