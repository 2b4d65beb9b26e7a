import { once } from 'node:events';
import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { readConfig } from '../config/config.ts';
import { entryOf } from '../config/token-entry.ts';
import { startRelay } from '../main.ts';
import { silentLog } from '../observability/log.ts';
import { type Message, Peer, startTestRelay, type TestRelay } from '../testing/test-relay.ts';

let relay: TestRelay;
beforeEach(async () => {
  relay = await startTestRelay();
});
afterEach(async () => {
  await relay.close();
  vi.useRealTimers();
});

/** Opens a watch and reads its first event. */
async function watching(): Promise<Peer> {
  const watcher = await relay.connect();
  watcher.send({ type: 'watch', msgId: 'w', data: {} });
  expect(await watcher.next()).toMatchObject({ type: 'event', msgId: 'w', data: { event: { kind: 'clients' } } });
  return watcher;
}

const eventOf = ({ data }: Message) => data.event;
const nextEvent = async (watcher: Peer) => eventOf(await watcher.next());

async function web(data: object = {}) {
  const peer = await relay.connect();
  await peer.serveSecond(data);
  return peer;
}

describe('a watch', () => {
  it('starts with the connected clients', async () => {
    await web({ clientId: 'new', instanceId: 'secret' });
    await (await relay.connect()).serve('old');
    const watcher = await relay.connect();
    watcher.send({ type: 'watch', msgId: 7 });
    const { msgId, data } = await watcher.next();
    watcher.send({ type: 'list', msgId: 8 });
    expect({ msgId, event: data.event }).toEqual({
      msgId: 7,
      event: { kind: 'clients', ...(await watcher.next()).data },
    });
    expect(JSON.stringify(data)).not.toContain('secret');
  });

  it('reports clients that connect, change and disconnect, by connectionId', async () => {
    const watcher = await watching();
    const page = await web({ clientId: 'shop', instanceId: 'secret' });
    const connected = await nextEvent(watcher);
    expect(connected).toMatchObject({ kind: 'connected', client: { clientId: 'shop', protocol: 2, inFlight: 0 } });
    const { connectionId } = connected.client;
    const functions = [{ name: 'sign', tabs: [{ tabId: 1, url: 'https://shop.example/' }] }];
    page.send({ type: 'functions', msgId: '', data: { functions } });
    expect(await nextEvent(watcher)).toMatchObject({ kind: 'functions', client: { connectionId, functions } });
    page.socket.close();
    expect(await nextEvent(watcher)).toEqual({ kind: 'disconnected', clientId: 'shop', connectionId });
  });

  it('reports a new clientId as a disconnect and a connect', async () => {
    const page = await (await relay.connect()).serve('a');
    const watcher = await watching();
    await page.serve('b');
    const gone = await nextEvent(watcher);
    expect(gone).toMatchObject({ kind: 'disconnected', clientId: 'a' });
    expect(await nextEvent(watcher)).toMatchObject({
      kind: 'connected',
      client: { clientId: 'b', connectionId: gone.connectionId },
    });
  });

  it('reports a takeover with the new connection first, so that the client never seems gone', async () => {
    const old = await web();
    const watcher = await watching();
    await web();
    expect((await old.closed).code).toBe(4001);
    const connected = await nextEvent(watcher);
    expect(connected).toMatchObject({ kind: 'connected', client: { clientId: 'shop' } });
    const gone = await nextEvent(watcher);
    expect(gone).toMatchObject({ kind: 'disconnected', clientId: 'shop' });
    expect(gone.connectionId).not.toBe(connected.client.connectionId);
  });

  it('reports the outcome of each call without its payload', async () => {
    const page = await web({ clientId: 'shop' });
    const watcher = await watching();
    const caller = await relay.connect();
    const ms = expect.any(Number);
    caller.send({ type: 'call', msgId: 'm', data: { clientId: 'shop', fn: 'encrypt', args: ['payload'] } });
    page.send({ type: 'result', msgId: (await page.next()).msgId, data: { value: 'payload' } });
    expect(await nextEvent(watcher)).toEqual({
      kind: 'call',
      clientId: 'shop',
      fn: 'encrypt',
      outcome: 'ok',
      ms,
      via: 'websocket',
    });
    caller.send({ type: 'decrypt', msgId: 'm', data: { clientId: 'shop', msg: 'payload' } });
    const error = { code: 'function_threw', message: 'payload', details: 'payload' };
    page.send({ type: 'error', msgId: (await page.next()).msgId, data: error });
    expect(await nextEvent(watcher)).toEqual({
      kind: 'call',
      clientId: 'shop',
      outcome: 'function_threw',
      ms,
      via: 'websocket',
    });
    const url = `${relay.url}/api/clients/nobody/functions/f`;
    await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"args":["payload"]}' });
    expect(await nextEvent(watcher)).toEqual({
      kind: 'call',
      clientId: 'nobody',
      fn: 'f',
      outcome: 'client_not_found',
      ms,
      via: 'http',
    });
  });

  it('ends with a cancel, answered like that of a call, and sends nothing afterwards', async () => {
    const watcher = await watching();
    watcher.send({ type: 'cancel', msgId: 'w', data: {} });
    expect(await watcher.next()).toMatchObject({ type: 'error', msgId: 'w', data: { code: 'cancelled' } });
    await (await relay.connect()).serve('shop');
    await watcher.settled();
    expect(watcher.frames).toEqual([]);
  });

  it('may be one of up to 16 on a connection, each with its own end', async () => {
    const watcher = await relay.connect();
    for (let msgId = 0; msgId < 16; msgId++) {
      watcher.send({ type: 'watch', msgId });
      expect(await watcher.next()).toMatchObject({ type: 'event', msgId });
    }
    watcher.send({ type: 'watch', msgId: 16 });
    expect(await watcher.next()).toMatchObject({ type: 'error', msgId: 16, data: { code: 'overloaded' } });
    for (let msgId = 0; msgId < 15; msgId++) {
      watcher.send({ type: 'cancel', msgId });
      expect(await watcher.next()).toMatchObject({ type: 'error', msgId });
    }
    await (await relay.connect()).serve('shop');
    expect(await watcher.next()).toMatchObject({ type: 'event', msgId: 15 });
    expect(watcher.frames).toEqual([]);
  });

  it('gets heartbeats, unlike a caller without a watch', async () => {
    await relay.close();
    vi.useFakeTimers({ toFake: ['setInterval'] });
    relay = await startTestRelay();
    const watcher = await watching();
    const caller = await relay.connect();
    await caller.call('nobody', 'f', []);
    await watcher.next();
    vi.advanceTimersByTime(20_000);
    vi.useRealTimers();
    expect(await watcher.frame()).toBe('{"type":"heartbeat","msgId":"","data":{}}');
    await caller.settled();
    expect(caller.frames).toEqual([]);
  });

  it('gets the last calls of a stopping relay', async () => {
    const stopping = await startRelay(readConfig({ PORT: '0' }), silentLog());
    const [page, watcher, caller] = await Promise.all(
      [1, 2, 3].map(async () => {
        const peer = new Peer(new WebSocket(stopping.url.replace('http', 'ws')));
        await once(peer.socket, 'open');
        return peer;
      }),
    );
    await page?.serveSecond();
    watcher?.send({ type: 'watch', msgId: 'w' });
    await watcher?.next();
    caller?.send({ type: 'call', msgId: 'm', data: { clientId: 'shop', fn: 'encrypt', args: [] } });
    await page?.next();
    await stopping.close();
    expect(await watcher?.next()).toMatchObject({ data: { event: { kind: 'call', outcome: 'shutting_down' } } });
    expect(await watcher?.closed).toMatchObject({ code: 1001 });
  });
});

/** Twenty megabytes of events that no watcher may miss, in events of 250 kB, then five calls and one small event. */
async function makeMuch(): Promise<void> {
  const functions = [
    { name: 'f', tabs: Array.from({ length: 125 }, (_, tabId) => ({ tabId, url: 'x'.repeat(2_000) })) },
  ];
  for (let page = 0; page < LARGE_EVENTS; page++) await web({ instanceId: `${page}`, functions });
  const page = await web();
  const caller = await relay.connect();
  for (let call = 0; call < 5; call++) await caller.call('nobody', 'f', []);
  page.send({ type: 'functions', msgId: '', data: { functions: [{ name: 'small', tabs: [] }] } });
  await page.settled();
}

const LARGE_EVENTS = 80;
const KINDS_OF_MUCH = [...Array.from({ length: LARGE_EVENTS + 1 }, () => 'connected'), 'dropped', 'functions'];

describe('a watcher that reads slowly', () => {
  it('misses calls and gets their number, but misses no client event', async () => {
    const watcher = await watching();
    watcher.socket.pause();
    await makeMuch();
    watcher.socket.resume();
    const events = [];
    for (const kind of KINDS_OF_MUCH) {
      const event = await nextEvent(watcher);
      expect(event.kind).toBe(kind);
      events.push(event);
    }
    expect(events.at(-2)).toEqual({ kind: 'dropped', count: 5 });
    expect(events.at(-1)).toMatchObject({ client: { functions: [{ name: 'small' }] } });
    const caller = await relay.connect();
    await caller.call('nobody', 'f', []);
    expect(await nextEvent(watcher)).toMatchObject({ kind: 'call' });
  });

  it('gets the same by server-sent events', async () => {
    const { event, asked } = await stream();
    await event();
    await makeMuch();
    const kinds = [];
    for (const _kind of KINDS_OF_MUCH) kinds.push((await event()).kind);
    expect(kinds).toEqual(KINDS_OF_MUCH);
    asked.destroy();
  });
});

describe('a caller that may not call a client', () => {
  const TOKENS = { PAGEWIRE_CLIENT_TOKEN: 'client-token', PAGEWIRE_CALLER_TOKEN: 'caller-token' };

  it.each([
    ['an extension', { origin: 'chrome-extension://abcdef' }],
    ['a client token', { token: 'client-token' }],
  ])('watches nothing: %s', async (_who, { origin, token }: { origin?: string; token?: string }) => {
    if (token) {
      await relay.close();
      relay = await startTestRelay(TOKENS);
    }
    const peer = await relay.connect({
      ...(origin ? { origin } : {}),
      ...(token ? { headers: { authorization: `Bearer ${token}` } } : {}),
    });
    peer.send({ type: 'watch', msgId: 'w' });
    expect(await peer.next()).toMatchObject({ type: 'error', msgId: 'w', data: { code: 'forbidden' } });
    const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : { origin: origin ?? '' };
    expect((await fetch(`${relay.url}/api/events`, { headers })).status).toBe(403);
  });

  it('gets no events of it', async () => {
    const tokens = [
      entryOf('client-token', { name: 'browsers', role: 'client' }),
      entryOf('caller-token', { name: 'all', role: 'caller' }),
      entryOf('shop-token', { name: 'shop', role: 'caller', clients: ['shop-*'] }),
    ];
    await relay.close();
    relay = await startTestRelay({}, { tokens });
    const as = (token: string) => relay.connect({ headers: { authorization: `Bearer ${token}` } });
    const [watcher, caller] = [await as('shop-token'), await as('caller-token')];
    const { event } = await stream({ authorization: 'Bearer shop-token' });
    await (await as('client-token')).serve('bank-1');
    watcher.send({ type: 'watch', msgId: 'w' });
    expect(await nextEvent(watcher)).toEqual({ kind: 'clients', clients: [] });
    await event();
    (await (await as('client-token')).serve('bank-2')).socket.close();
    await caller.call('bank-1', 'nothing', []);
    await (await as('client-token')).serve('shop-1');
    for (const heard of [await nextEvent(watcher), (await event()).data])
      expect(heard).toMatchObject({ kind: 'connected', client: { clientId: 'shop-1' } });
  });

  it('gets no more events once its token has expired', { timeout: 10_000 }, async () => {
    const expires = new Date(Date.now() + 1_000).toISOString();
    const token = entryOf('caller-token', { name: 'ci', role: 'caller', expires });
    await relay.close();
    relay = await startTestRelay({}, { tokens: [token] });
    const { event, ended } = await stream({ authorization: 'Bearer caller-token' });
    await event();
    await ended();
  });
});

/** An event stream that is read on demand. */
async function stream(headers: Record<string, string> = {}, query = '') {
  const asked = request(`${relay.url}/api/events${query}`, { headers }).end();
  const [response] = await once(asked, 'response');
  response.setEncoding('utf8');
  let text = '';
  const chunks: AsyncIterator<string, undefined> = response[Symbol.asyncIterator]();
  const next = async () => {
    while (!text.includes('\n\n')) {
      const { value, done } = await chunks.next();
      if (done) throw new Error('the stream has ended');
      text += value;
    }
    const at = text.indexOf('\n\n');
    const block = text.slice(0, at);
    text = text.slice(at + 2);
    return block;
  };
  const event = async () => {
    let block = await next();
    // A comment keeps the connection alive.
    while (block === ':') block = await next();
    const [, kind = '', data = ''] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
    return { kind, data: JSON.parse(data) };
  };
  /** Reads to the end. */
  const ended = async () => {
    while (!(await chunks.next()).done);
  };
  return { asked, response, next, event, ended };
}

describe('GET /api/events', () => {
  it('sends the same events as server-sent events', async () => {
    const { response, event, asked } = await stream();
    expect(response.statusCode).toBe(200);
    expect(response.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    expect(await event()).toEqual({ kind: 'clients', data: { kind: 'clients', clients: [] } });
    const page = await (await relay.connect()).serve('line\nend');
    expect(await event()).toMatchObject({ kind: 'connected', data: { client: { clientId: 'line\nend' } } });
    page.socket.close();
    expect(await event()).toMatchObject({ kind: 'disconnected' });
    asked.destroy();
  });

  it('sends at most callsPerSecond calls, and counts the others', async () => {
    const { event, asked } = await stream({}, '?callsPerSecond=1');
    await event();
    (await (await relay.connect()).serve('shop')).echo();
    expect((await event()).kind).toBe('connected');
    const caller = await relay.connect();
    for (let times = 0; times < 10; times++) await caller.decrypt('shop', times);
    await (await relay.connect()).serve('other');
    const told = { call: 0, dropped: 0 };
    for (;;) {
      const { kind, data } = await event();
      if (kind === 'connected') break;
      // On a slow machine a second passes meanwhile, and one more call is sent.
      if (kind === 'call') told.call++;
      else told.dropped += data.count;
    }
    expect(told.call).toBeLessThan(10);
    expect(told.call + told.dropped).toBe(10);
    asked.destroy();
  });

  it('sends a comment every 15 s', async () => {
    await relay.close();
    vi.useFakeTimers({ toFake: ['setInterval'] });
    relay = await startTestRelay();
    const { event, next, asked } = await stream();
    await event();
    vi.advanceTimersByTime(15_000);
    vi.useRealTimers();
    expect(await next()).toBe(':');
    asked.destroy();
  });

  it('ends when the relay stops', async () => {
    const { event, ended } = await stream();
    await event();
    const started = performance.now();
    await Promise.all([ended(), relay.close()]);
    expect(performance.now() - started).toBeLessThan(2_000);
    relay = await startTestRelay();
  });

  it('rejects HEAD, which could never end', async () => {
    expect((await fetch(`${relay.url}/api/events`, { method: 'HEAD' })).status).toBe(404);
  });

  it('needs a caller token', async () => {
    await relay.close();
    relay = await startTestRelay({ PAGEWIRE_CLIENT_TOKEN: 'client-token', PAGEWIRE_CALLER_TOKEN: 'caller-token' });
    expect((await fetch(`${relay.url}/api/events`)).status).toBe(401);
    const { response, event, asked } = await stream({ authorization: 'Bearer caller-token' });
    expect(response.statusCode).toBe(200);
    expect((await event()).kind).toBe('clients');
    asked.destroy();
  });
});
