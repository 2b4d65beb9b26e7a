import { afterEach, describe, expect, it } from 'vitest';
import { DEFAULT_MAX_IN_FLIGHT } from '../../shared/limits.ts';
import { type Peer, startTestRelay, type TestRelay } from './test-relay.ts';

let relay: TestRelay;
afterEach(() => relay.close());

async function web(instanceId = 'one', functions: object[] = [{ name: 'encrypt', tabs: [] }]): Promise<Peer> {
  const peer = await relay.connect();
  await peer.serveSecond({ instanceId, functions });
  return peer;
}

function ask(caller: Peer, msgId: number, clientId = 'shop', more: object = {}): void {
  caller.send({ type: 'call', msgId, data: { clientId, fn: 'encrypt', args: [msgId], ...more } });
}

const overloaded = (msgId: number) => ({ type: 'error', msgId, data: { code: 'overloaded' } });

describe('a client at its limit of calls in flight', () => {
  it.each(['first', 'second'])(
    'gets no more calls, and callers get an error at once: %s protocol',
    async (protocol) => {
      relay = await startTestRelay({ PAGEWIRE_MAX_IN_FLIGHT: '2' });
      const page = protocol === 'second' ? await web() : await (await relay.connect()).serve('shop');
      const [one, other] = [await relay.connect(), await relay.connect()];
      ask(one, 1);
      ask(one, 2);
      const first = await page.next();
      await page.next();
      other.send({ type: 'decrypt', msgId: 'm', data: { clientId: 'shop', msg: 3 } });
      expect((await other.next()).data).toMatchObject({ flag: false, error: { code: 'overloaded' } });
      const headers = { 'content-type': 'application/json' };
      const url = `${relay.url}/api/clients/shop/functions/encrypt`;
      const response = await fetch(url, { method: 'POST', headers, body: '{"args":[1]}' });
      expect([response.status, (await response.json()).code]).toEqual([429, 'overloaded']);
      await page.settled();
      expect(page.frames).toEqual([]);

      const { msgId } = first;
      page.send(
        protocol === 'second'
          ? { type: 'result', msgId, data: { value: 1 } }
          : { type: 'decrypt', msgId, data: { msg: 1, flag: true } },
      );
      expect(await one.next()).toMatchObject({ type: 'result', msgId: 1 });
      ask(other, 4);
      await page.next();
    },
  );

  it('leaves calls to others of its pool', async () => {
    relay = await startTestRelay({ PAGEWIRE_MAX_IN_FLIGHT: '2' });
    const pages = [await web('a'), await web('b')];
    const callers = [await relay.connect(), await relay.connect(), await relay.connect()];
    for (const [index, caller] of callers.entries()) {
      ask(caller, 2 * index);
      ask(caller, 2 * index + 1);
    }
    for (const page of pages) for (let call = 0; call < 2; call++) await page.next();
    for (const msgId of [4, 5]) expect(await callers[2]?.next()).toMatchObject(overloaded(msgId));
  });

  it('is named before others of its pool that lack the function or the tab', async () => {
    relay = await startTestRelay({ PAGEWIRE_MAX_IN_FLIGHT: '1' });
    await web('no function', []);
    await web('busy', [{ name: 'encrypt', tabs: [{ tabId: 1, url: 'https://shop.example/' }] }]);
    await web('no tab');
    const target = { target: { tabId: 1 } };
    ask(await relay.connect(), 1, 'shop', target);
    const caller = await relay.connect();
    await caller.settled();
    ask(caller, 2, 'shop', target);
    expect(await caller.next()).toMatchObject(overloaded(2));
    ask(caller, 3, 'shop', { target: { tabId: 2 } });
    expect((await caller.next()).data.code).toBe('tab_unavailable');
  });

  it('accepts calls again when its calls are cancelled or time out', async () => {
    relay = await startTestRelay({ PAGEWIRE_MAX_IN_FLIGHT: '1' });
    const page = await web();
    const caller = await relay.connect();
    ask(caller, 1, 'shop', { timeoutMs: 5 });
    expect((await caller.next()).data.code).toBe('timeout');
    ask(caller, 2);
    caller.send({ type: 'cancel', msgId: 2 });
    expect((await caller.next()).data.code).toBe('cancelled');
    ask(caller, 3);
    const frames = [];
    for (let frame = 0; frame < 5; frame++) frames.push((await page.next()).type);
    expect(frames).toEqual(['call', 'cancel', 'call', 'cancel', 'call']);
  });
});

describe('a caller at its limit of calls in flight', () => {
  it('gets an error at once; others are not affected', async () => {
    relay = await startTestRelay({ PAGEWIRE_MAX_IN_FLIGHT: '2' });
    const pages = new Map<string, Peer>();
    for (const clientId of ['a', 'b', 'c']) pages.set(clientId, await (await relay.connect()).serve(clientId));
    const caller = await relay.connect();
    ask(caller, 1, 'a');
    ask(caller, 2, 'b');
    ask(caller, 3, 'c');
    expect(await caller.next()).toMatchObject(overloaded(3));
    const other = await relay.connect();
    ask(other, 1, 'c');
    const { msgId } = (await pages.get('a')?.next()) ?? {};
    pages.get('a')?.send({ type: 'decrypt', msgId, data: { msg: 1, flag: true } });
    expect(await caller.next()).toMatchObject({ type: 'result', msgId: 1 });
    ask(caller, 4, 'b');
    const asked = [(await pages.get('b')?.next())?.data, (await pages.get('b')?.next())?.data];
    expect(asked).toEqual([2, 4]);
  });

  it(`may have ${DEFAULT_MAX_IN_FLIGHT} where nothing else is set`, { timeout: 20_000 }, async () => {
    relay = await startTestRelay();
    await (await relay.connect()).serve('shop');
    const caller = await relay.connect();
    const calls = Array.from({ length: DEFAULT_MAX_IN_FLIGHT + 1 }, (_, msgId) => ({
      type: 'call',
      msgId,
      data: { clientId: 'shop', fn: 'encrypt', args: [1] },
    }));
    caller.send(calls);
    expect(await caller.next()).toMatchObject(overloaded(DEFAULT_MAX_IN_FLIGHT));
    expect(caller.frames).toEqual([]);
  });
});
