import type { ClientInfo, ServedFunction } from '../../shared/protocol.ts';
import { MAX_LIST_BYTES } from '../limits.ts';

/** What a client takes besides its functions and texts: ids, times, names of fields. */
const CLIENT_BYTES = 400;
/** A UTF-16 unit in JSON takes at most so much: `\u001f`. */
const UNIT_BYTES = 6;

/**
 * A list that fits into a frame, whatever some clients announce: leaves out tabs, then functions, of the largest
 * clients first. These are marked as `shortened`.
 */
export function shortenClients(clients: ClientInfo[], maxBytes = MAX_LIST_BYTES): ClientInfo[] {
  let excess = clients.reduce((sum, client) => sum + bytesOf(client), 0) - maxBytes;
  if (excess <= 0) return clients;
  const shortened = [...clients];
  for (const shorten of [withoutTabs, withoutFunctions]) {
    for (const index of largestFirst(shortened)) {
      // `as`: the index is one of the array.
      const client = shortened[index] as ClientInfo;
      const shorter = shorten(client);
      shortened[index] = shorter;
      excess -= bytesOf(client) - bytesOf(shorter);
      if (excess <= 0) return shortened;
    }
  }
  return shortened;
}

function withoutTabs(client: ClientInfo): ClientInfo {
  return { ...client, functions: client.functions.map((fn) => ({ ...fn, tabs: [] })), shortened: true };
}

function withoutFunctions(client: ClientInfo): ClientInfo {
  return { ...client, functions: [], shortened: true };
}

function largestFirst(clients: readonly ClientInfo[]): number[] {
  const sizes = clients.map(bytesOf);
  return [...sizes.keys()].sort((a, b) => (sizes[b] ?? 0) - (sizes[a] ?? 0));
}

function bytesOf({ clientId, agent, functions }: ClientInfo): number {
  const texts = clientId + (agent ? agent.browser + agent.browserVersion + agent.extensionVersion : '');
  return functions.reduce((sum, fn) => sum + bytesOfFunction(fn), CLIENT_BYTES + UNIT_BYTES * texts.length);
}

/** Functions stay the same objects from list to list. */
const known = new WeakMap<ServedFunction, number>();

function bytesOfFunction(fn: ServedFunction): number {
  let bytes = known.get(fn);
  if (bytes === undefined) {
    bytes = Buffer.byteLength(JSON.stringify(fn)) + 1;
    known.set(fn, bytes);
  }
  return bytes;
}
