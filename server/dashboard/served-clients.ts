import type { ClientInfo, ServedFunction } from '../../shared/protocol.ts';

/** A clientId with the functions of all its connections. */
export interface ServedClient {
  readonly clientId: string;
  readonly connections: readonly ClientInfo[];
  readonly functions: readonly ServedFunction[];
}

/** A first-protocol client has one function, called by this name. */
const ONLY_FUNCTION: ServedFunction = { name: 'encrypt', tabs: [] };

/** Groups connections by clientId, sorted. */
export function servedClients(clients: readonly ClientInfo[]): ServedClient[] {
  const byId = groupBy(clients, ({ clientId }) => clientId);
  return [...byId]
    .map(([clientId, connections]) => ({ clientId, connections, functions: functionsOf(connections) }))
    .sort((a, b) => a.clientId.localeCompare(b.clientId));
}

function functionsOf(connections: readonly ClientInfo[]): ServedFunction[] {
  const all = connections.flatMap(({ protocol, functions }) => (protocol === 1 ? [ONLY_FUNCTION] : functions));
  const byName = groupBy(all, ({ name }) => name);
  return [...byName].map(([name, same]) => ({
    name,
    ...(same.some((one) => one.default) && { default: true }),
    tabs: same.flatMap(({ tabs }) => tabs),
  }));
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

/** Filters clients by clientId, browser, function or tab URL. */
export function matching(clients: readonly ServedClient[], filter: string): readonly ServedClient[] {
  const needle = filter.trim().toLowerCase();
  if (needle === '') return clients;
  return clients.filter((client) => textsOf(client).some((text) => text.toLowerCase().includes(needle)));
}

function textsOf({ clientId, connections, functions }: ServedClient): string[] {
  const browsers = connections.map(({ agent }) => agent?.browser ?? '');
  return [clientId, ...browsers, ...functions.flatMap(({ name, tabs }) => [name, ...tabs.map(({ url }) => url)])];
}
