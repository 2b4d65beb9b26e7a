import * as z from 'zod/mini';
import { ClientInfo } from '../../shared/protocol.ts';

/** The size of one part, in UTF-16 units of its JSON. A larger client gets a part of its own. */
const PART_LENGTH = 256 * 1024;

/** Part of a list of clients: `part` of `parts`, from 0. A list may be larger than any message. */
export const ClientsPart = z.object({ part: z.int(), parts: z.int(), clients: z.array(ClientInfo) });
export type ClientsPart = z.infer<typeof ClientsPart>;

/** Splits a list into one or more parts. */
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

/** Assembles lists from their parts. */
export class ClientParts {
  #clients: ClientInfo[] = [];
  #next = 0;

  /** Returns the whole list with its last part. A list that has lost a part is discarded. */
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
