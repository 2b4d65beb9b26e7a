import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Peer, startTestRelay, type TestRelay } from '../testing/test-relay.ts';

let relay: TestRelay;
beforeEach(async () => {
  relay = await startTestRelay();
});
afterEach(() => relay.close());

const SHOP = 'https://shop.example';
const OTHER = 'https://other.example';

/** A first-protocol client that answers with its name. */
async function client(name: string, origin?: string, clientId = 'shop'): Promise<Peer> {
  const peer = await relay.connect(origin === undefined ? {} : { origin });
  return (await peer.serve(clientId)).echo(() => name);
}

async function whoServes(clientId = 'shop'): Promise<unknown> {
  const caller = await relay.connect();
  const { data } = await caller.decrypt(clientId, 'who?');
  caller.socket.terminate();
  return data.error?.code ?? data.msg;
}

async function gone(peer: Peer): Promise<void> {
  peer.socket.close();
  await peer.closed;
}

describe('a call of the first protocol', () => {
  it('is answered to each of 50 callers that use the same msgId', async () => {
    await (await (await relay.connect()).serve('shop')).echo((msg) => `<${msg}>`);
    const callers = await Promise.all(Array.from({ length: 50 }, () => relay.connect()));
    const answers = await Promise.all(callers.map((caller, index) => caller.decrypt('shop', `text ${index}`, '1')));
    expect(answers.map(({ data }) => data.msg)).toEqual(callers.map((_, index) => `<text ${index}>`));
    expect(callers.flatMap(({ frames }) => frames)).toEqual([]);
  });

  it('may be answered out of order and repeat a msgId', async () => {
    const page = await (await relay.connect()).serve('shop');
    const caller = await relay.connect();
    for (const msg of ['a', 'b']) caller.send({ type: 'decrypt', msgId: 'same', data: { clientId: 'shop', msg } });
    const [a, b] = [await page.next(), await page.next()];
    expect(a.msgId).not.toBe(b.msgId);
    for (const { msgId, data } of [b, a]) page.send({ type: 'decrypt', msgId, data: { msg: `<${data}>`, flag: true } });
    const answers = [await caller.next(), await caller.next()];
    expect(answers.map(({ msgId, data }) => [msgId, data.msg])).toEqual([
      ['same', '<b>'],
      ['same', '<a>'],
    ]);
  });

  it('takes the first answer, from the called client only', async () => {
    const page = await (await relay.connect()).serve('shop');
    const stranger = await (await relay.connect()).serve('another');
    const caller = await relay.connect();
    caller.send({ type: 'decrypt', msgId: 'm', data: { clientId: 'shop', msg: 'x' } });
    const { msgId } = await page.next();
    const answer = (msg: string) => ({ type: 'decrypt', msgId, data: { msg, flag: true } });
    stranger.send(answer('forged'));
    await stranger.settled();
    page.send(answer('first'));
    page.send(answer('second'));
    expect((await caller.next()).data.msg).toBe('first');
    await page.settled();
    await caller.settled();
    expect(caller.frames).toEqual([]);
  });

  it('may nest 500 deep and is rejected at 501', async () => {
    await (await (await relay.connect()).serve('shop')).echo();
    const caller = await relay.connect();
    const nest = (depth: number) => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
    expect((await caller.decrypt('shop', nest(500))).data).toEqual({ clientId: 'shop', msg: nest(500), flag: true });
    expect(await caller.decrypt('shop', nest(501), 'deep')).toEqual({
      type: 'decrypt',
      msgId: 'deep',
      data: { clientId: 'shop', msg: null, flag: false, error: { code: 'bad_request', message: expect.any(String) } },
    });
  });

  it.each([
    ['no data', { type: 'decrypt', msgId: 1 }],
    ['data that is not an object', { type: 'decrypt', msgId: 1, data: 'x' }],
    ['no clientId', { type: 'decrypt', msgId: 1, data: { msg: 'x' } }],
    ['a flag that is not a boolean', { type: 'decrypt', msgId: 1, data: { flag: 'yes' } }],
  ])('is answered although it has %s', async (_what, call) => {
    const caller = await relay.connect();
    caller.send(call);
    expect(await caller.next()).toMatchObject({
      msgId: 1,
      data: { clientId: '', flag: false, error: { code: 'bad_request' } },
    });
  });

  it('is cancelled when its caller disconnects; a late answer is dropped', async () => {
    const page = await (await relay.connect()).serve('shop');
    const caller = await relay.connect();
    caller.send({ type: 'decrypt', msgId: 'm', data: { clientId: 'shop', msg: 'x' } });
    const { msgId } = await page.next();
    await gone(caller);
    page.send({ type: 'decrypt', msgId, data: { msg: 'late', flag: true } });
    await page.settled();
    expect(page.frames).toEqual([]);
  });

  it("names a function of a client after '#', unless a client has exactly that name", async () => {
    const web = await relay.connect();
    const functions = ['encrypt', 'sign', 'b#sign'].map((name) => ({ name, tabs: [] }));
    await web.serveSecond({ clientId: 'web', functions });
    const caller = await relay.connect();
    const asked = async (clientId: string) => {
      caller.send({ type: 'decrypt', msgId: 'm', data: { clientId, msg: 1 } });
      const { msgId, data } = await web.next();
      web.send({ type: 'result', msgId, data: { value: null } });
      expect((await caller.next()).data.clientId).toBe(clientId);
      return data.fn;
    };
    expect(await asked('web')).toBe('encrypt');
    expect(await asked('web#sign')).toBe('sign');
    expect(await asked('web#b#sign')).toBe('b#sign');
    await client('exact', undefined, 'web#sign');
    expect(await whoServes('web#sign')).toBe('exact');
    expect(await whoServes('web#')).toBe('client_not_found');
    expect(await whoServes('nobody#sign')).toBe('client_not_found');
    await client('two', undefined, 'web#x');
    expect(await whoServes('web#x#encrypt')).toBe('function_not_found');
  });

  it('is converted to the second protocol, with undefined as null', async () => {
    const web = await relay.connect();
    await web.serveSecond({ clientId: 'web' });
    const caller = await relay.connect();
    caller.send({ type: 'decrypt', msgId: 'm', data: { clientId: 'web' } });
    const { msgId, ...call } = await web.next();
    expect(call).toEqual({ type: 'call', data: { fn: 'encrypt', args: [null], caller: { via: 'websocket' } } });
    web.send({ type: 'result', msgId, data: { value: { $type: 'undefined' } } });
    expect((await caller.next()).data).toEqual({ clientId: 'web', msg: null, flag: true });
  });
});

describe('the client that serves a clientId', () => {
  it('is the newest of equal ones; the others serve when it disconnects', async () => {
    const first = await client('first');
    const second = await client('second');
    expect(await whoServes()).toBe('second');
    await gone(second);
    expect(await whoServes()).toBe('first');
    await gone(first);
    expect(await whoServes()).toBe('client_not_found');
  });

  it('has an Origin rather than none, because programs also send init', async () => {
    await client('page', SHOP);
    await client('program');
    expect(await whoServes()).toBe('page');
  });

  it('has the Origin that served it first, also after a break', async () => {
    const page = await client('page', SHOP);
    const intruder = await client('intruder', OTHER);
    expect(await whoServes()).toBe('page');
    await gone(page);
    expect(await whoServes()).toBe('intruder');
    await client('page again', SHOP);
    expect(await whoServes()).toBe('page again');
    await gone(intruder);
    for (const origin of [OTHER, SHOP, OTHER]) await client(origin, origin);
    expect(await whoServes()).toBe(SHOP);
  });

  it('has the first Origin also after all clients had disconnected', async () => {
    await gone(await client('page', SHOP));
    await client('intruder', OTHER);
    await client('page', SHOP);
    await client('newer intruder', OTHER);
    expect(await whoServes()).toBe('page');
  });

  it('uses the second protocol rather than the first', async () => {
    const web = await relay.connect();
    await web.serveSecond();
    await client('page', SHOP);
    const caller = await relay.connect();
    caller.send({ type: 'decrypt', msgId: 'm', data: { clientId: 'shop', msg: 1 } });
    expect((await web.next()).type).toBe('call');
  });

  it('is never a connection that has called, until it sends init again', async () => {
    const program = await (await relay.connect()).serve('shop');
    expect((await program.decrypt('nobody', 1)).data.error.code).toBe('client_not_found');
    expect(await whoServes()).toBe('client_not_found');
    await program.serve('shop');
    program.echo(() => 'program');
    expect(await whoServes()).toBe('program');
  });

  it('is never the caller itself', async () => {
    await client('page');
    const program = await (await relay.connect()).serve('shop');
    expect((await program.decrypt('shop', 1)).data.msg).toBe('page');
  });

  it('fails its calls as soon as it disconnects', async () => {
    const page = await (await relay.connect()).serve('shop');
    const caller = await relay.connect();
    const answer = caller.decrypt('shop', 1);
    await page.next();
    page.socket.close();
    expect((await answer).data.error.code).toBe('client_disconnected');
  });
});

describe('bad frames', () => {
  it.each(
    [
      '',
      'nonsense',
      'null',
      '5',
      '"decrypt"',
      '[]',
      '[1,null,[]]',
      '{}',
      '{"type":5}',
      '{"type":"nope"}',
      '{"type":"init"}',
      '{"type":"init","data":{"clientId":5}}',
      `{"type":"init","data":{"clientId":"${'x'.repeat(201)}"}}`,
      '{"type":"decrypt","data":{"flag":true}}',
      '{"type":"call","data":{}}',
      '{"type":"decrypt","data":',
      '['.repeat(100_000),
    ].map((frame) => [frame.slice(0, 40), frame] as const),
  )('are ignored without an answer: %s', async (_start, frame) => {
    const peer = await (await relay.connect()).serve('shop');
    peer.send(frame);
    await peer.settled();
    expect(peer.frames).toEqual([]);
    peer.echo(() => 'serves on');
    expect(await whoServes()).toBe('serves on');
  });

  it('are ignored if binary', async () => {
    const peer = await (await relay.connect()).serve('shop');
    peer.socket.send(Buffer.from('{"type":"list","msgId":"m"}'));
    await peer.settled();
    expect(peer.frames).toEqual([]);
  });

  it('close their connection with 1009 over 16 MiB, and no other', async () => {
    await client('page');
    const peer = await relay.connect();
    peer.send('x'.repeat(16 * 1024 * 1024 + 1));
    expect((await peer.closed).code).toBe(1009);
    expect(await whoServes()).toBe('page');
  });
});
