import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startTestRelay, type TestRelay } from '../testing/test-relay.ts';

let relay: TestRelay;
beforeEach(async () => {
  relay = await startTestRelay();
});
afterEach(() => relay.close());

const named = (...names: string[]) => names.map((name) => ({ name, tabs: [] }));

async function web(data: object = {}) {
  const peer = await relay.connect();
  await peer.serveSecond(data);
  return peer;
}

describe('a client of the second protocol', () => {
  it('gets the limits in ready', async () => {
    const peer = await relay.connect();
    expect(await peer.serveSecond()).toEqual({
      type: 'ready',
      msgId: 'i',
      data: {
        protocol: 2,
        limits: { maxFrameBytes: 16_777_216, maxBatchBytes: 1_048_576, heartbeatMs: 20_000, timeoutMs: 30_000 },
      },
    });
  });

  it('gets function, arguments and target of a call, and answers with a value', async () => {
    const functions = [{ name: 'sign', tabs: [{ tabId: 7, url: 'https://shop.example/a' }] }];
    const page = await web({ functions });
    const program = await relay.connect();
    const target = { url: 'https://shop.example' };
    const answer = program.call('shop', 'sign', [1, { $type: 'undefined' }], { target });
    const { msgId, ...call } = await page.next();
    const caller = { via: 'websocket' };
    expect(call).toEqual({ type: 'call', data: { fn: 'sign', args: [1, { $type: 'undefined' }], target, caller } });
    page.send({ type: 'result', msgId, data: { value: { $type: 'number', value: '-0' } } });
    expect(await answer).toEqual({
      type: 'result',
      msgId: 'm',
      data: { clientId: 'shop', value: { $type: 'number', value: '-0' } },
    });
  });

  it.each([
    [{ code: 'page_unloaded', message: 'left', details: { tabId: 1 } }, { code: 'page_unloaded' }],
    [
      { code: 'made_up', message: 'what?' },
      { code: 'internal', message: 'what?' },
    ],
    [
      { code: 'toString', message: '' },
      { code: 'internal', message: '' },
    ],
  ])('fails a call with %o', async (data, expected) => {
    const page = await web();
    const caller = await relay.connect();
    const answer = caller.call('shop', 'encrypt', []);
    const { msgId } = await page.next();
    page.send({ type: 'error', msgId, data });
    expect(await answer).toEqual({ type: 'error', msgId: 'm', data: { ...data, ...expected } });
  });

  it('names its functions when called with an unknown one', async () => {
    await web({ functions: named('sign', 'hash') });
    const caller = await relay.connect();
    expect((await caller.call('shop', 'encrypt', [])).data).toEqual({
      code: 'function_not_found',
      message: 'client "shop" has no function "encrypt"; it has sign, hash',
    });
  });

  it('is called for the functions that it serves now', async () => {
    const page = await web({ functions: named('sign') });
    page.send({ type: 'functions', msgId: '', data: { functions: named('hash') } });
    await page.settled();
    const caller = await relay.connect();
    expect((await caller.call('shop', 'sign', [])).data.code).toBe('function_not_found');
    caller.send({ type: 'call', msgId: 'm', data: { clientId: 'shop', fn: 'hash', args: [] } });
    expect((await page.next()).data.fn).toBe('hash');
  });

  it.each([
    ['its default', [...named('encrypt'), { name: 'sign', default: true, tabs: [] }], 'sign'],
    ['the one named encrypt', named('sign', 'encrypt'), 'encrypt'],
    ['its only one', named('sign'), 'sign'],
    ['none of several', named('sign', 'hash'), undefined],
  ])('serves first-protocol calls with %s', async (_what, functions, expected) => {
    const page = await web({ functions });
    const caller = await relay.connect();
    caller.send({ type: 'decrypt', msgId: 'm', data: { clientId: 'shop', msg: 1 } });
    if (expected === undefined) expect((await caller.next()).data.error.code).toBe('function_not_found');
    else expect((await page.next()).data).toMatchObject({ fn: expected, args: [1] });
  });

  it.each([[{ tabId: 8 }], [{ url: 'https://other.example' }], [{ tabId: 7, url: 'https://shop.example/b' }]])(
    'has no tab for target %o',
    async (target) => {
      await web({ functions: [{ name: 'sign', tabs: [{ tabId: 7, url: 'https://shop.example/a' }] }] });
      const caller = await relay.connect();
      expect((await caller.call('shop', 'sign', [], { target })).data.code).toBe('tab_unavailable');
    },
  );

  it('has its tab URLs listed without userinfo, and targeted with or without it', async () => {
    const page = await web({
      functions: [{ name: 'sign', tabs: [{ tabId: 7, url: 'http://al:s3cret@shop.example/a' }] }],
    });
    const caller = await relay.connect();
    caller.send({ type: 'list', msgId: 'l' });
    const { clients } = (await caller.next()).data;
    expect(clients[0].functions).toEqual([{ name: 'sign', tabs: [{ tabId: 7, url: 'http://shop.example/a' }] }]);
    for (const url of ['http://shop.example/a', 'http://al:s3cret@shop.example/']) {
      const answer = caller.call('shop', 'sign', [], { target: { url } });
      page.send({ type: 'result', msgId: (await page.next()).msgId, data: { value: 1 } });
      expect((await answer).type).toBe('result');
    }
  });

  it('is replaced at once by a newer connection of its instance; its calls fail', async () => {
    const old = await web();
    const caller = await relay.connect();
    const answer = caller.call('shop', 'encrypt', []);
    await old.next();
    const newer = await web();
    expect((await answer).data.code).toBe('client_disconnected');
    expect(await old.closed).toEqual({ code: 4001, reason: 'replaced' });
    caller.send({ type: 'call', msgId: 'm', data: { clientId: 'shop', fn: 'encrypt', args: [] } });
    expect((await newer.next()).type).toBe('call');
  });

  it('may send init again on its connection', async () => {
    const page = await web();
    await page.serveSecond({ functions: named('hash') });
    const caller = await relay.connect();
    caller.send({ type: 'call', msgId: 'm', data: { clientId: 'shop', fn: 'hash', args: [] } });
    expect((await page.next()).data.fn).toBe('hash');
  });

  it('never gets its own call, in either protocol', async () => {
    const page = await web();
    expect((await page.call('shop', 'encrypt', [1])).data.code).toBe('client_not_found');
    const old = await (await relay.connect()).serve('old');
    expect((await old.call('old', 'encrypt', [1])).data.code).toBe('client_not_found');
    expect((await page.call('old', 'encrypt', [1])).data.code).toBe('client_not_found');
  });

  it('answers null if it omits the value', async () => {
    const page = await web();
    const caller = await relay.connect();
    const answer = caller.call('shop', 'encrypt', []);
    const { msgId } = await page.next();
    page.send({ type: 'result', msgId, data: {} });
    expect((await answer).data).toEqual({ clientId: 'shop', value: null });
  });

  it('shares its clientId with other instances: fewest calls in flight first, then the newest', async () => {
    const a = await web({ instanceId: 'a' });
    const b = await web({ instanceId: 'b' });
    const caller = await relay.connect();
    const ask = () => caller.send({ type: 'call', msgId: 'm', data: { clientId: 'shop', fn: 'encrypt', args: [] } });
    ask();
    const { msgId } = await b.next();
    ask();
    await a.next();
    ask();
    await b.next();
    b.send({ type: 'result', msgId, data: { value: 1 } });
    await caller.next();
    ask();
    await b.next();
    ask();
    await a.next();
  });

  it('is chosen from its pool by its functions', async () => {
    const tabs = [{ tabId: 1, url: 'https://shop.example/' }];
    const a = await web({ instanceId: 'a', functions: [{ name: 'sign', tabs }] });
    const b = await web({ instanceId: 'b', functions: named('sign', 'hash') });
    const caller = await relay.connect();
    const ask = (fn: string, target?: object) =>
      caller.send({ type: 'call', msgId: fn, data: { clientId: 'shop', fn, args: [], target } });
    ask('sign', { tabId: 1 });
    await a.next();
    ask('hash');
    expect((await b.next()).data.fn).toBe('hash');
    ask('nothing');
    expect((await caller.next()).data.code).toBe('function_not_found');
    ask('sign', { tabId: 2 });
    expect((await caller.next()).data.code).toBe('tab_unavailable');
  });

  it('gets a heartbeat message every 20 s; a first-protocol client never', async () => {
    await relay.close();
    vi.useFakeTimers({ toFake: ['setInterval'] });
    relay = await startTestRelay();
    const page = await web();
    const old = await (await relay.connect()).serve('old');
    vi.advanceTimersByTime(20_000);
    vi.useRealTimers();
    expect(await page.frame()).toBe('{"type":"heartbeat","msgId":"","data":{}}');
    await old.settled();
    expect(old.frames).toEqual([]);
  });

  it('gets a cancel when a call is cancelled, times out or its caller disconnects', async () => {
    const page = await web();
    const caller = await relay.connect();
    const timedOut = caller.call('shop', 'encrypt', [], { timeoutMs: 5 });
    const first = await page.next();
    expect((await timedOut).data.code).toBe('timeout');
    expect(await page.next()).toEqual({ type: 'cancel', msgId: first.msgId, data: {} });
    caller.send({ type: 'call', msgId: 'm', data: { clientId: 'shop', fn: 'encrypt', args: [] } });
    const second = await page.next();
    caller.socket.terminate();
    expect(await page.next()).toEqual({ type: 'cancel', msgId: second.msgId, data: {} });
    page.send({ type: 'result', msgId: first.msgId, data: { value: 'late' } });
    await page.settled();
    expect(page.frames).toEqual([]);
  });

  it('sends a failure to a first-protocol caller in the form of that protocol', async () => {
    const page = await web();
    const caller = await relay.connect();
    caller.send({ type: 'decrypt', msgId: 1, data: { clientId: 'shop', msg: 1 } });
    const { msgId } = await page.next();
    page.send({ type: 'error', msgId, data: { code: 'function_threw', message: 'no key', details: { name: 'E' } } });
    expect((await caller.next()).data).toEqual({
      clientId: 'shop',
      msg: null,
      flag: false,
      error: { code: 'function_threw', message: 'no key' },
    });
  });
});

describe('a caller of the second protocol', () => {
  it('calls a first-protocol client by encrypt, with one argument', async () => {
    const page = await (await relay.connect()).serve('shop');
    const caller = await relay.connect();
    caller.send({
      type: 'call',
      msgId: 'm',
      data: { clientId: 'shop', fn: 'encrypt', args: [{ $type: 'undefined' }] },
    });
    const { msgId, ...call } = await page.next();
    expect(call).toEqual({ type: 'decrypt', data: null });
    page.send({ type: 'decrypt', msgId, data: { msg: [1], flag: true } });
    expect((await caller.next()).data).toEqual({ clientId: 'shop', value: [1] });
    expect((await caller.call('shop', 'sign', [1])).data.code).toBe('function_not_found');
    expect((await caller.call('shop', 'encrypt', [1, 2])).data.code).toBe('function_not_found');
    expect((await caller.call('shop', 'encrypt', [1], { target: { tabId: 1 } })).data.code).toBe('tab_unavailable');
  });

  it.each([
    [
      { msg: 'why', flag: false },
      { code: 'function_threw', message: 'why', details: { msg: 'why' } },
    ],
    [
      { flag: false, error: 'text' },
      { code: 'function_threw', message: 'text' },
    ],
    [
      { msg: null, flag: false },
      { code: 'function_threw', message: "the page's function failed" },
    ],
  ])('gets the failure %o of a first-protocol client', async (data, error) => {
    const page = await (await relay.connect()).serve('shop');
    const caller = await relay.connect();
    const answer = caller.call('shop', 'encrypt', [1]);
    const { msgId } = await page.next();
    page.send({ type: 'decrypt', msgId, data });
    expect(await answer).toEqual({ type: 'error', msgId: 'm', data: error });
  });

  it('cancels every call with the msgId at once, and no other', async () => {
    await web();
    const caller = await relay.connect();
    const data = { clientId: 'shop', fn: 'encrypt', args: [] };
    for (const msgId of [1, '1', 1]) caller.send({ type: 'call', msgId, data });
    caller.send({ type: 'cancel', msgId: 'unknown', data: {} });
    caller.send({ type: 'cancel', msgId: 1 });
    for (let answer = 0; answer < 2; answer++)
      expect(await caller.next()).toMatchObject({ type: 'error', msgId: 1, data: { code: 'cancelled' } });
    await caller.settled();
    expect(caller.frames).toEqual([]);
  });

  it('lists clients, all or one', async () => {
    await web({ clientId: 'a' });
    await (await relay.connect()).serve('b');
    const caller = await relay.connect();
    caller.send({ type: 'list', msgId: 7 });
    const { type, msgId, data } = await caller.next();
    expect([type, msgId]).toEqual(['clients', 7]);
    expect(data.clients.map(({ clientId }: { clientId: string }) => clientId)).toEqual(['a', 'b']);
    expect(JSON.stringify(data)).not.toContain('instanceId');
    caller.send({ type: 'list', msgId: 8, data: { clientId: 'b' } });
    expect((await caller.next()).data.clients).toMatchObject([{ clientId: 'b', protocol: 1 }]);
  });

  it('gets an error for a bad frame, once it has used this protocol', async () => {
    const caller = await relay.connect();
    caller.send({ type: 'cancel', msgId: '' });
    for (const [frame, answer] of [
      ['nonsense', { data: { code: 'bad_request', message: 'The frame is not JSON' } }],
      ['{"type":"nope","msgId":5}', { msgId: 5, data: { code: 'bad_request' } }],
      ['{"type":"call","msgId":"x","data":{}}', { msgId: 'x', data: { code: 'bad_request' } }],
      ['{"type":"call","msgId":"x","data":{"clientId":"a","fn":"f","args":[],"timeoutMs":0}}', { msgId: 'x' }],
      [
        `{"type":"call","msgId":"deep","data":{"clientId":"a","fn":"f","args":[${'['.repeat(501)}${']'.repeat(501)}]}}`,
        { msgId: 'deep' },
      ],
    ] as const) {
      caller.send(frame);
      expect(await caller.next()).toMatchObject({ type: 'error', ...answer });
    }
    caller.socket.send(Buffer.from('{}'));
    expect(await caller.next()).toMatchObject({ type: 'error', data: { code: 'bad_request' } });
  });

  it('may send an argument that nests 500 deep', async () => {
    await (await (await relay.connect()).serve('shop')).echo();
    const caller = await relay.connect();
    const deep = JSON.parse('['.repeat(500) + ']'.repeat(500));
    expect((await caller.call('shop', 'encrypt', [deep])).data.value).toEqual(deep);
  });

  it('gets an error if its answer would be too large', async () => {
    const clientId = 'shop'.repeat(50);
    const page = await web({ clientId });
    const caller = await relay.connect();
    caller.send({ type: 'call', msgId: 'x'.repeat(200), data: { clientId, fn: 'encrypt', args: [] } });
    const { msgId } = await page.next();
    page.send({ type: 'result', msgId, data: { value: 'x'.repeat(16 * 1024 * 1024 - 200) } });
    expect((await caller.next()).data.code).toBe('message_too_large');
  });
});

describe('frames', () => {
  const call = (msgId: number) => ({ type: 'call', msgId, data: { clientId: 'nobody', fn: 'f', args: [] } });

  it('are sent as arrays only to connections that have sent one', async () => {
    const batching = await relay.connect();
    batching.send([call(1), call(2)]);
    expect(JSON.parse(await batching.frame()).map(({ msgId }: { msgId: number }) => msgId)).toEqual([1, 2]);
    const plain = await relay.connect();
    plain.send(call(1));
    plain.send(call(2));
    expect([(await plain.next()).msgId, (await plain.next()).msgId]).toEqual([1, 2]);
  });

  it('are sent as arrays to clients that announced it', async () => {
    const page = await web({ batch: true });
    const caller = await relay.connect();
    const data = { clientId: 'shop', fn: 'encrypt', args: ['x'] };
    caller.send([1, 2, 3].map((msgId) => ({ type: 'call', msgId, data })));
    expect(JSON.parse(await page.frame())).toHaveLength(3);
  });

  it('hold batches of up to 1 MiB; a larger message is sent alone', async () => {
    const page = await web({ batch: true });
    const caller = await relay.connect();
    const ask = (arg: string) => ({ type: 'call', msgId: '', data: { clientId: 'shop', fn: 'encrypt', args: [arg] } });
    for (const asked of [[ask('a'), ask('b')], ask('x'.repeat(2_000_000)), ask('c')]) caller.send(asked);
    const lengths = [];
    for (let frame = 0; frame < 3; frame++) lengths.push([JSON.parse(await page.frame())].flat().length);
    expect(lengths).toEqual([2, 1, 1]);
  });

  it('lose only the bad message among good ones', async () => {
    const peer = await relay.connect();
    peer.send([call(1), { type: 'nope', msgId: 2 }, 5, call(3)]);
    const answers = JSON.parse(await peer.frame());
    expect(answers.map(({ msgId, data }: { msgId: number; data: { code: string } }) => [msgId, data.code])).toEqual([
      [1, 'client_not_found'],
      [2, 'bad_request'],
      [undefined, 'bad_request'],
      [3, 'client_not_found'],
    ]);
  });
});
