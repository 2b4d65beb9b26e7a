import { expect, it } from 'vitest';
import type { ClientInfo } from '../../shared/protocol.ts';
import type { RelayEvent } from '../../shared/relay-event.ts';
import { NOTHING_SEEN, viewAfter } from './relay-view.ts';

const NOON = new Date('2026-01-31T12:00:00Z');

function client(connectionId: string, more: Partial<ClientInfo> = {}): ClientInfo {
  const connectedAt = NOON.toISOString();
  return { clientId: 'shop', connectionId, protocol: 2, functions: [], inFlight: 0, connectedAt, ...more };
}

const call = { kind: 'call', clientId: 'shop', outcome: 'ok', ms: 3, via: 'http' } as const;
const after = (...events: RelayEvent[]) => events.reduce((view, event) => viewAfter(view, event, NOON), NOTHING_SEEN);

it('follows clients that connect, change and disconnect', () => {
  const changed = client('a', { functions: [{ name: 'sign', tabs: [] }] });
  const view = after(
    { kind: 'clients', clients: [client('a'), client('b')] },
    { kind: 'connected', client: client('c') },
    { kind: 'functions', client: changed },
    { kind: 'disconnected', clientId: 'shop', connectionId: 'b' },
  );
  expect(view.clients).toEqual([changed, client('c')]);
});

it('replaces all clients by a new list, without duplicates', () => {
  const view = after(
    { kind: 'clients', clients: [client('a')] },
    { kind: 'clients', clients: [client('b')] },
    { kind: 'connected', client: client('b') },
  );
  expect(view.clients).toEqual([client('b')]);
});

it('keeps the last hundred calls, newest first', () => {
  const view = after(...Array.from({ length: 120 }, (_, ms) => ({ ...call, ms })));
  expect(view.calls.length).toBe(100);
  expect(view.calls.map(({ ms }) => ms).slice(0, 2)).toEqual([119, 118]);
  expect(view.calls[0]?.at).toBe(NOON);
});

it('numbers calls so that dropped ones leave a gap', () => {
  const view = after(call, { kind: 'dropped', count: 5 }, call);
  expect(view.calls.map(({ id }) => id)).toEqual([7, 1]);
});
