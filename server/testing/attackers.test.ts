import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { TokenRegistry } from '../access/token-registry.ts';
import { entryOf } from '../config/token-entry.ts';
import { createLog } from '../observability/log.ts';
import { frame, RawSocket } from './raw-socket.ts';
import { type Peer, startTestRelay, type TestRelay } from './test-relay.ts';

/** Attackers and what they try. docs/security.md names these tests. */
let relay: TestRelay;
afterEach(() => relay?.close());

const TOKENS = { PAGEWIRE_CLIENT_TOKEN: 'the client token', PAGEWIRE_CALLER_TOKEN: 'the caller token' };
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
const PAGE = 'https://hostile.example';
const CALL = '/api/clients/shop/functions/encrypt';

/** A client that counts its calls. */
async function victim(options: object = {}, clientId = 'shop'): Promise<{ page: Peer; calls: unknown[] }> {
  const calls: unknown[] = [];
  const page = await (await relay.connect(options)).serve(clientId);
  page.echo((msg) => {
    calls.push(msg);
    return msg;
  });
  return { page, calls };
}

describe('a web page', () => {
  it.each([
    ['connected', {}],
    ['refused', TOKENS],
  ])('with a long Origin does not fill the log: %s', async (msg, env) => {
    const lines: string[] = [];
    relay = await startTestRelay(env, {}, createLog({ write: (line) => void lines.push(line) }));
    await relay.connect({ origin: `https://${'a'.repeat(8_000)}.example` });
    await expect.poll(() => lines.some((line) => line.includes(`"msg":"${msg}"`))).toBe(true);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(1_000);
  });

  it('that opens a WebSocket can call nothing, in either protocol or a batch', async () => {
    relay = await startTestRelay();
    const { calls } = await victim();
    for (const origin of [PAGE, 'null', 'http://localhost:8000', 'file://']) {
      const page = await relay.connect({ origin });
      expect((await page.decrypt('shop', 'x')).data.error.code).toBe('forbidden');
      expect((await page.decrypt('shop#encrypt', 'x')).data.error.code).toBe('forbidden');
      page.send([{ type: 'call', msgId: 1, data: { clientId: 'shop', fn: 'encrypt', args: [] } }]);
      expect((await page.next()).data.code).toBe('forbidden');
    }
    expect(calls).toEqual([]);
  });

  it.each([
    ['a form', 'application/x-www-form-urlencoded', 'args=1'],
    ['a form of plain text', 'text/plain', '{"args":[1]}'],
    ['a form with a file', 'multipart/form-data; boundary=x', '--x--'],
    ['a beacon', undefined, '{"args":[1]}'],
    ['a fetch of JSON', 'application/json', '{"args":[1]}'],
  ])('that posts %s calls nothing, with or without an Origin header', async (_what, type, body) => {
    const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
    relay = await startTestRelay();
    const { calls } = await victim();
    const post = async (more: Record<string, string>) =>
      (await fetch(relay.url + CALL, { method: 'POST', body, headers: { ...headers, ...more } })).status;
    expect(await post({ origin: PAGE })).toBe(403);
    expect(await post({ origin: 'null' })).toBe(403);
    expect([403, 415]).toContain(await post({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }));
    // JSON without browser headers is what programs send. A page needs a preflight for it; see the next test.
    if (type !== 'application/json') expect(await post({})).toBe(415);
    expect(calls).toEqual([]);
  });

  it('gets no permission from a CORS preflight', async () => {
    relay = await startTestRelay();
    const asked = {
      origin: PAGE,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type',
    };
    for (const path of [CALL, '/api/clients', '/healthz']) {
      const { headers, ok } = await fetch(relay.url + path, { method: 'OPTIONS', headers: asked });
      expect(ok).toBe(false);
      expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });

  it('makes no call through images and scripts', async () => {
    relay = await startTestRelay();
    const { calls } = await victim();
    expect((await fetch(`${relay.url}${CALL}?args=[1]`)).status).toBe(405);
    expect(calls).toEqual([]);
  });

  it('with a host name that resolves to the relay (DNS rebinding) gets no access', async () => {
    relay = await startTestRelay();
    const { calls } = await victim();
    const host = `hostile.example:${relay.port}`;
    const socket = await relay.connect({ headers: { host }, origin: `http://${host}` });
    expect(await socket.closed).toEqual({ code: 4403, reason: expect.stringMatching(/^forbidden: /) });
    for (const path of [CALL, '/api/clients', '/healthz', '/snippet.js?clientId=a&path=b'])
      expect(await statusOf(path, host)).toMatch(/^HTTP\/1.1 403 /);
    expect(calls).toEqual([]);
  });

  it('cannot take over the clientId of another page, even by waiting', async () => {
    relay = await startTestRelay();
    const shop = { origin: 'https://shop.example' };
    const { page } = await victim(shop);
    const { calls } = await victim({ origin: PAGE });
    page.socket.close();
    await page.closed;
    const back = await victim(shop);
    const later = await victim({ origin: PAGE });
    expect((await (await relay.connect()).decrypt('shop', 'x')).data.msg).toBe('x');
    expect([back.calls, calls, later.calls]).toEqual([['x'], [], []]);
  });
});

describe('a stolen client token', () => {
  it('cannot call or list clients, by WebSocket or HTTP', async () => {
    relay = await startTestRelay(TOKENS);
    const { calls } = await victim(bearer('the client token'));
    const thief = await relay.connect(bearer('the client token'));
    expect((await thief.decrypt('shop', 1)).data.error.code).toBe('forbidden');
    expect((await thief.call('shop', 'encrypt', [])).data.code).toBe('forbidden');
    thief.send({ type: 'list', msgId: 1, data: {} });
    expect((await thief.next()).data.code).toBe('forbidden');
    const headers = { authorization: 'Bearer the client token', 'content-type': 'application/json' };
    expect((await fetch(relay.url + CALL, { method: 'POST', body: '{}', headers })).status).toBe(403);
    expect((await fetch(`${relay.url}/api/clients`, { headers })).status).toBe(403);
    expect(calls).toEqual([]);
  });
});

describe('a client', () => {
  it('cannot end the calls of others by answering them', async () => {
    relay = await startTestRelay();
    const page = await (await relay.connect()).serve('shop');
    const web = await relay.connect();
    await web.serveSecond({ clientId: 'web' });
    const [first, second] = [await relay.connect(), await relay.connect()];
    first.send({ type: 'decrypt', msgId: 'm', data: { clientId: 'shop', msg: 1 } });
    second.send({ type: 'call', msgId: 'm', data: { clientId: 'web', fn: 'encrypt', args: [1] } });
    const [asked, askedSecond] = [await page.next(), await web.next()];
    const liar = await relay.connect();
    await liar.serveSecond({ clientId: 'liar' });
    for (const { msgId } of [asked, askedSecond]) {
      liar.send({ type: 'decrypt', msgId, data: { msg: 'forged', flag: true } });
      liar.send({ type: 'result', msgId, data: { value: 'forged' } });
      liar.send({ type: 'error', msgId, data: { code: 'internal', message: 'forged' } });
    }
    await liar.settled();
    page.send({ type: 'decrypt', msgId: asked.msgId, data: { msg: 'true', flag: true } });
    web.send({ type: 'result', msgId: askedSecond.msgId, data: { value: 'true' } });
    expect([(await first.next()).data.msg, (await second.next()).data.value]).toEqual(['true', 'true']);
  });

  it('cannot serve a clientId outside the patterns of its token, in either protocol', async () => {
    const caller = entryOf('the caller token', { name: 'ci', role: 'caller' });
    const client = entryOf('the client token', { name: 'shops', role: 'client', clients: ['shop-*'] });
    relay = await startTestRelay({}, { tokens: [caller, client] });
    const { calls } = await victim(bearer('the client token'), 'bank');
    const second = await relay.connect(bearer('the client token'));
    expect((await second.serveSecond({ clientId: 'bank' })).data.code).toBe('forbidden');
    expect(await second.closed).toEqual({ code: 4403, reason: expect.stringMatching(/^forbidden: /) });
    await victim(bearer('the client token'), 'shop-1');
    const program = await relay.connect(bearer('the caller token'));
    expect((await program.decrypt('bank', 1)).data.error.code).toBe('client_not_found');
    expect((await program.decrypt('shop-1', 1)).data.msg).toBe(1);
    expect(calls).toEqual([]);
  });
});

describe('a caller', () => {
  it('cannot call or see a clientId outside the patterns of its token, not by # either', async () => {
    const caller = entryOf('the caller token', { name: 'ci', role: 'caller', clients: ['shop-*'] });
    const client = entryOf('the client token', { name: 'browsers', role: 'client' });
    relay = await startTestRelay({}, { tokens: [caller, client] });
    const bank = await relay.connect(bearer('the client token'));
    await bank.serveSecond({ clientId: 'bank' });
    const program = await relay.connect(bearer('the caller token'));
    for (const clientId of ['bank', 'bank#encrypt', 'shop-1#bank'])
      expect((await program.decrypt(clientId, 1)).data.error.code).toMatch(/^(forbidden|client_not_found)$/);
    expect((await program.call('bank', 'encrypt', [])).data.code).toBe('forbidden');
    program.send({ type: 'list', msgId: 1, data: {} });
    expect((await program.next()).data.clients).toEqual([]);
    const headers = { authorization: 'Bearer the caller token' };
    expect(await (await fetch(`${relay.url}/api/clients`, { headers })).json()).toEqual({ clients: [] });
    await bank.settled();
    expect(bank.frames).toEqual([]);
  });

  it('cannot cancel the calls of others', async () => {
    relay = await startTestRelay();
    const page = await (await relay.connect()).serve('shop');
    const caller = await relay.connect();
    const answer = caller.decrypt('shop', 'x', 'known');
    const { msgId } = await page.next();
    const other = await relay.connect();
    for (const id of ['known', msgId]) other.send({ type: 'cancel', msgId: id, data: {} });
    await other.settled();
    page.send({ type: 'decrypt', msgId, data: { msg: 'y', flag: true } });
    expect((await answer).data.msg).toBe('y');
  });
});

describe('a deliberately slow connection', () => {
  it('is closed while it sends request headers slowly', async () => {
    relay = await startTestRelay({}, { headMs: 300 });
    const socket = connect(relay.port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n');
    // Sends a byte from time to time until it is closed.
    const drip = setInterval(() => socket.writable && socket.write('X'), 50);
    const answer = await text(socket).finally(() => clearInterval(drip));
    expect(answer).toMatch(/^HTTP\/1.1 408 Request Timeout\r\n/);
  });

  it('is closed if it sends nothing', async () => {
    relay = await startTestRelay({}, { headMs: 300 });
    expect(await text(connect(relay.port, '127.0.0.1'))).toMatch(/^HTTP\/1.1 408 /);
  });

  it('stays open as a silent WebSocket', async () => {
    relay = await startTestRelay({}, { headMs: 300 });
    const caller = await relay.connect();
    await text(connect(relay.port, '127.0.0.1'));
    expect((await caller.decrypt('nobody', 1)).data.error.code).toBe('client_not_found');
  });
});

describe('a connection that sends invalid WebSocket frames', () => {
  it.each([
    ['a frame that is not masked', Buffer.from([0x81, 1, 0x78]), 1002],
    ['an unknown opcode', frame(0x83, 'x'), 1002],
    ['a continuation without a start', frame(0x80, 'x'), 1002],
    ['a fragmented ping', frame(0x09, 'x'), 1002],
    ['an oversized ping', frame(0x89, 'x'.repeat(126)), 1002],
    ['text that is not UTF-8', frame(0x81, Buffer.from([0xff])), 1007],
    ['an invalid close code', frame(0x88, Buffer.from([0, 1])), 1002],
    ['a frame that claims 2^62 bytes', frame(0x81, 'x', 2 ** 62), 1009],
    ['a frame that claims 17 MiB', frame(0x81, 'x', 17 * 2 ** 20), 1009],
    ['compressed text without negotiation', frame(0xc1, deflateRawSync('x'.repeat(1e6))), 1002],
  ])('is closed for %s, without affecting others', async (_what, bytes, code) => {
    relay = await startTestRelay();
    const { page } = await victim();
    const raw = await RawSocket.open(relay.port);
    raw.socket.write(bytes);
    expect(await raw.closeCode()).toBe(code);
    expect((await (await relay.connect()).decrypt('shop', 'x')).data.msg).toBe('x');
    expect(page.socket.readyState).toBe(page.socket.OPEN);
  });

  it('is closed for an endless fragmented message', async () => {
    relay = await startTestRelay();
    const raw = await RawSocket.open(relay.port);
    raw.socket.write(Buffer.concat([frame(0x01), ...Array.from({ length: 20_000 }, () => frame(0x00))]));
    expect(await raw.closeCode()).toBe(1008);
  });

  it('leaves nothing behind when it ends within a message', async () => {
    relay = await startTestRelay();
    const raw = await RawSocket.open(relay.port);
    raw.socket.write(frame(0x81, JSON.stringify({ type: 'init', msgId: '', data: { clientId: 'cut' } })));
    await expect.poll(() => listed()).toEqual(['cut']);
    raw.socket.end(frame(0x81, '{"type":', 1_000));
    await expect.poll(() => listed()).toEqual([]);
  });
});

describe('a compression bomb', () => {
  it('is impossible over WebSocket, because compression is never negotiated', async () => {
    relay = await startTestRelay();
    const raw = await RawSocket.open(relay.port, { 'Sec-WebSocket-Extensions': 'permessage-deflate' });
    expect(raw.handshake).toMatch(/^HTTP\/1.1 101 /);
    expect(raw.handshake).not.toMatch(/extensions/i);
    raw.socket.destroy();
  });

  it('in a body is decompressed up to the size limit, a few bodies at a time', async () => {
    relay = await startTestRelay();
    const { calls } = await victim();
    const body = gzipSync(JSON.stringify({ args: ['x'.repeat(32e6)] }));
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const looking = setInterval(() => {
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }, 1);
    const types = Array.from({ length: 30 }, (_, at) => (at % 2 ? 'application/json' : 'application/octet-stream'));
    const answers = types.map((type) => {
      const headers = { 'content-type': type, 'content-encoding': 'gzip' };
      return fetch(relay.url + CALL, { method: 'POST', body, headers });
    });
    for (const answer of answers) expect((await answer).status).toBe(413);
    clearInterval(looking);
    expect(most).toBeLessThan(256e6);
    expect(calls).toEqual([]);
  });
});

describe('a thief of the tokens file', () => {
  it('cannot log in with its contents', () => {
    const entry = entryOf('the token', { name: 'ci', role: 'caller' });
    expect(new TokenRegistry([entry]).find(entry.sha256, 0)).toEqual([]);
  });
});

/** The status line of an answer to a request with a Host that fetch cannot send. */
async function statusOf(path: string, host: string): Promise<string> {
  const socket = connect(relay.port, '127.0.0.1');
  const body = '{"args":[1]}';
  const head = [`POST ${path} HTTP/1.1`, `Host: ${host}`, 'Content-Type: application/json', 'Connection: close'];
  socket.write(`${head.join('\r\n')}\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  return (await text(socket)).split('\r\n')[0] ?? '';
}

async function listed(): Promise<string[]> {
  const { clients } = await (await fetch(`${relay.url}/api/clients`)).json();
  return clients.map(({ clientId }: { clientId: string }) => clientId);
}
