import { afterEach, describe, expect, it } from 'vitest';
import { MAX_FUNCTIONS_LENGTH, MAX_URL_LENGTH } from '../../shared/limits.ts';
import type { ClientInfo } from '../../shared/protocol.ts';
import { startTestRelay, type TestRelay } from './test-relay.ts';

/** What one client or caller says can't spoil what others see. docs/security.md names these tests. */

let relay: TestRelay;
afterEach(() => relay.close());

const tabsOf = (count: number, length: number) =>
  Array.from({ length: count }, (_, tabId) => ({ tabId, url: `https://shop.example/${tabId}/`.padEnd(length, 'x') }));
const LARGE = [{ name: 'large', tabs: tabsOf(120, 2_000) }];

describe('a field that is too long', () => {
  it.each([
    ['tab’s address', { functions: [{ name: 'f', tabs: tabsOf(1, MAX_URL_LENGTH + 1) }] }],
    ['list of functions', { functions: [{ name: 'f', tabs: tabsOf(MAX_FUNCTIONS_LENGTH / 2_000, 2_000) }] }],
    ['browser name', { agent: { browser: 'x'.repeat(201), browserVersion: '', extensionVersion: '' } }],
  ])('in an init closes its connection: %s', async (_what, data) => {
    relay = await startTestRelay();
    const client = await relay.connect();
    expect(await client.serveSecond(data)).toMatchObject({ type: 'error', data: { code: 'bad_request' } });
    expect(await client.closed).toEqual({ code: 4400, reason: 'bad_request' });
  });

  it('in a call fails that call, with its id', async () => {
    relay = await startTestRelay();
    await (await relay.connect()).serveSecond();
    const caller = await relay.connect();
    const target = { url: 'x'.repeat(MAX_URL_LENGTH + 1) };
    expect((await caller.call('shop', 'encrypt', [], { target })).data.code).toBe('bad_request');
    const msgId = 'i'.repeat(201);
    caller.send({ type: 'call', msgId, data: { clientId: 'shop', fn: 'encrypt', args: [] } });
    expect(await caller.next()).toMatchObject({ type: 'error', msgId, data: { code: 'bad_request' } });
    caller.send(`{"type":"call","msgId":0.${'0'.repeat(10_000)},"data":{"clientId":"shop","fn":"encrypt","args":[]}}`);
    expect((await caller.next()).data.code).toBe('bad_request');
    // The first protocol has no such limit.
    expect((await caller.decrypt('nobody', 1, msgId)).msgId).toBe(msgId);
  });
});

describe('clients that announce much', () => {
  it('are shortened in lists and watches, and others are shown whole', { timeout: 60_000 }, async () => {
    relay = await startTestRelay();
    for (let index = 0; index < 40; index++) {
      const client = await relay.connect();
      const large = { clientId: `large ${index}`, instanceId: `${index}`, functions: LARGE };
      expect((await client.serveSecond(large)).type).toBe('ready');
    }
    const small = [{ name: 'f', tabs: tabsOf(1, 40) }];
    await (await relay.connect()).serveSecond({ functions: small });
    const caller = await relay.connect();
    caller.send({ type: 'list', msgId: 1 });
    const listed = (await caller.next()).data.clients;
    caller.send({ type: 'watch', msgId: 2 });
    const watched = (await caller.next()).data.event.clients;
    const answer = await fetch(`${relay.url}/api/clients`);
    for (const clients of [listed, watched, (await answer.json()).clients] as ClientInfo[][]) {
      expect(clients).toHaveLength(41);
      expect(clients.find(({ clientId }) => clientId === 'shop')).toMatchObject({ functions: small });
      const shortened = clients.filter((client) => client.shortened);
      expect(shortened.length).toBeGreaterThan(5);
      for (const { functions } of shortened) expect(functions).toEqual([{ name: 'large', tabs: [] }]);
    }
  });

  it('are refused where all together have no room left, and others are not', { timeout: 60_000 }, async () => {
    relay = await startTestRelay();
    const codes: string[] = [];
    for (let index = 0; index < 300 && codes.length === 0; index++) {
      const client = await relay.connect();
      const large = { clientId: 'many', instanceId: `${index}`, functions: LARGE };
      const { type, data } = await client.serveSecond(large);
      if (type !== 'error') continue;
      codes.push(data.code);
      expect((await client.closed).code).toBe(1013);
    }
    expect(codes).toEqual(['overloaded']);
    expect((await (await relay.connect()).serveSecond({ clientId: 'usual' })).type).toBe('ready');
  });

  it('and change it again and again are told ten times a second', async () => {
    relay = await startTestRelay();
    const client = await relay.connect();
    await client.serveSecond();
    const watcher = await relay.connect();
    watcher.send({ type: 'watch', msgId: 'w' });
    await watcher.next();
    const changes = Array.from({ length: 100 }, (_, index) => [{ name: `f${index}`, tabs: [] }]);
    client.send(changes.map((functions) => ({ type: 'functions', data: { functions } })));
    const told: string[] = [];
    while (told.at(-1) !== 'f99') told.push((await watcher.next()).data.event.client.functions[0].name);
    expect(told.length).toBeLessThan(20);
    // Calls take them at once.
    const { data } = await (await relay.connect()).call('shop', 'f98', [], { timeoutMs: 50 });
    expect(data.code).toBe('function_not_found');
  });
});
