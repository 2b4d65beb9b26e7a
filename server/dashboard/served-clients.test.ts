import { expect, it } from 'vitest';
import type { ClientInfo } from '../../shared/protocol.ts';
import { matching, servedClients } from './served-clients.ts';

function client(clientId: string, connectionId: string, more: Partial<ClientInfo> = {}): ClientInfo {
  return { clientId, connectionId, protocol: 2, functions: [], inFlight: 0, connectedAt: '', ...more };
}

const tab = (tabId: number) => ({ tabId, url: `https://shop.example/${tabId}` });
const agent = { browser: 'Firefox', browserVersion: '153', extensionVersion: '1' };

it('groups browsers by clientId and lists each function once with all its tabs', () => {
  const listed = servedClients([
    client('shop', 'a', { functions: [{ name: 'sign', default: true, tabs: [tab(1)] }] }),
    client('bank', 'b', { protocol: 1 }),
    client('shop', 'c', {
      functions: [
        { name: 'sign', tabs: [tab(2)] },
        { name: 'encrypt', tabs: [] },
      ],
    }),
  ]);
  expect(listed.map(({ clientId, connections }) => [clientId, connections.length])).toEqual([
    ['bank', 1],
    ['shop', 2],
  ]);
  expect(listed.map(({ functions }) => functions)).toEqual([
    [{ name: 'encrypt', tabs: [] }],
    [
      { name: 'sign', default: true, tabs: [tab(1), tab(2)] },
      { name: 'encrypt', tabs: [] },
    ],
  ]);
});

it.each([
  ['', ['bank', 'shop']],
  ['SHO', ['shop']],
  ['sign', ['shop']],
  ['firefox', ['bank']],
  ['shop.example/1', ['shop']],
  ['nothing', []],
])('finds %j by clientId, function, browser or URL', (wanted, found) => {
  const clients = servedClients([
    client('shop', 'a', { functions: [{ name: 'sign', tabs: [tab(1)] }] }),
    client('bank', 'b', { agent }),
  ]);
  expect(matching(clients, wanted).map(({ clientId }) => clientId)).toEqual(found);
});
