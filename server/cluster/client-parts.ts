import * as z from 'zod/mini';
import { ClientInfo } from '../../shared/protocol.ts';

/** So much goes into one part, in UTF-16 units of its JSON, and a client that has no room in it alone into one of its own. */
const PART_LENGTH = 256 * 1024;

/** Part of a list of clients: `part` of `parts`, from 0. A list may be larger than any message. */
export const ClientsPart = z.object({ part: z.int(), parts: z.int(), clients: z.array(ClientInfo) });
export type ClientsPart = z.infer<typeof ClientsPart>;

/** One at least. */
export function partsOf(clients: readonly ClientInfo[]): ClientsPart[] {
  const parts: ClientInfo[][] = [[]];
  let length = 0;
  for (const client of clients) {
    const more = JSON.stringify(client).length + 1;
    if (length > 0 && length + more > PART_LENGTH) {
      parts.push([]);
      length = 0;
    }
    parts.at(-1)?.push(client);
    length += more;
  }
  return parts.map((clients, part) => ({ part, parts: parts.length, clients }));
}

/** Puts the parts of one list after the other together. */
export class ClientParts {
  #clients: ClientInfo[] = [];
  #next = 0;

  /** The whole list where this was its last part. Of one that has lost a part the rest is of no use. */
  add({ part, parts, clients }: ClientsPart): ClientInfo[] | undefined {
    if (part === 0) {
      this.#clients = [];
      this.#next = 0;
    }
    if (part !== this.#next) return undefined;
    this.#next++;
    this.#clients.push(...clients);
    return this.#next < parts ? undefined : this.#clients;
  }
}
