import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bystanders } from './bystanders.ts';
import { frame, RawSocket } from './raw-socket.ts';
import { SmallRelay } from './small-relay.ts';
import type { Message, Peer } from './test-relay.ts';

/** Few bytes that ask for many. docs/security.md names these tests. */

const TIMES = 4_000;
/** A process that compiles itself takes some seconds to start, on a busy machine many. */
const START_MS = 60_000;
/** What the relay takes by itself with tsx, and room for what a flood may take. Without a bound it took 4 GB. */
const MOST_MB = 700;

let relay: SmallRelay;
afterAll(() => relay?.stop());

/** Clients whose list takes five megabytes. */
async function serveMany(): Promise<void> {
  const functions = Array.from({ length: 1_000 }, (_, index) => ({ name: `${index}`.padEnd(190, '-'), tabs: [] }));
  for (let index = 0; index < 25; index++)
    await (await relay.connect()).serveSecond({ clientId: `shop ${index}`, instanceId: `${index}`, functions });
}

async function answers(peer: Peer, count: number): Promise<Message[]> {
  const all: Message[] = [];
  while (all.length < count) all.push(...[await peer.next()].flat());
  return all;
}

function count(messages: readonly Message[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { type, data } of messages) {
    const what = type === 'error' ? data.code : type;
    counts[what] = (counts[what] ?? 0) + 1;
  }
  return counts;
}

async function expectWell(): Promise<void> {
  expect(await relay.isWell()).toBe(true);
  expect(relay.peakMb).toBeLessThan(MOST_MB);
}

describe('few bytes that ask for a large list', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    relay = await SmallRelay.start();
    await serveMany();
  }, START_MS);

  it('a frame that asks for it thousands of times gets it once', async () => {
    const caller = await relay.connect();
    caller.send(Array.from({ length: TIMES }, () => ({ type: 'list', msgId: 1 })));
    expect(count(await answers(caller, TIMES))).toEqual({ clients: 1, overloaded: TIMES - 1 });
    caller.send({ type: 'list', msgId: 2 });
    expect((await caller.next()).type).toBe('clients');
    await expectWell();
  });

  it('a frame that watches thousands of times gets it once, and one that cancels each watch never', async () => {
    const caller = await relay.connect();
    caller.send(Array.from({ length: TIMES }, () => ({ type: 'watch', msgId: 1 })));
    expect(count(await answers(caller, TIMES))).toEqual({ event: 1, overloaded: TIMES - 1 });
    caller.send({ type: 'cancel', msgId: 1 });
    expect(count(await answers(caller, 1))).toEqual({ cancelled: 1 });
    const pair = [
      { type: 'watch', msgId: 1 },
      { type: 'cancel', msgId: 1 },
    ];
    caller.send(Array.from({ length: TIMES }, () => pair).flat());
    expect(count(await answers(caller, TIMES))).toEqual({ cancelled: TIMES });
    await expectWell();
  });

  it('a hundred who ask at the same time and read nothing share one text', async () => {
    const callers = await Promise.all(Array.from({ length: 100 }, () => relay.connect()));
    for (const caller of callers) {
      caller.socket.pause();
      caller.send({ type: 'list', msgId: 1 });
    }
    const last = await relay.connect();
    last.send({ type: 'list', msgId: 1 });
    expect((await last.next()).data.clients).toHaveLength(25);
    await expectWell();
    for (const { socket } of callers) socket.terminate();
  });

  it('thousands of requests on one connection are answered one after another, and as far as answers are read', async () => {
    const get = 'GET /api/clients HTTP/1.1\r\nHost: localhost\r\n\r\n';
    const last = get.replace('localhost', 'localhost\r\nConnection: close');
    const heard = await text(open(get.repeat(19) + last));
    expect(heard.split('HTTP/1.1 200 OK')).toHaveLength(21);
    expect(heard.split('"clientId":"shop 24"')).toHaveLength(21);
    // Cut off, as nobody needs so many ahead.
    await Promise.all(Array.from({ length: 10 }, () => closed(open(get.repeat(TIMES)))));
    await expectWell();
  });

  it('cancels of what is not in flight do not look through the calls that are', async () => {
    const [page, caller] = [await relay.connect(), await relay.connect()];
    await page.serveSecond({ clientId: 'silent', instanceId: 'silent' });
    const call = (msgId: number) => ({ type: 'call', msgId, data: { clientId: 'silent', fn: 'encrypt', args: [] } });
    caller.send(Array.from({ length: 9_999 }, (_, msgId) => call(msgId)));
    await caller.settled();
    const startedAt = performance.now();
    caller.send(Array.from({ length: 60_000 }, (_, index) => ({ type: 'cancel', msgId: `unknown ${index}` })));
    await caller.settled();
    // It took 39 s; this leaves a busy machine its time.
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    caller.send({ type: 'cancel', msgId: 7 });
    expect(await caller.next()).toMatchObject({ type: 'error', msgId: 7, data: { code: 'cancelled' } });
  });

  it('calls of a client that is not there do not each look for the name that was meant', async () => {
    for (let index = 0; index < 75; index++)
      await (await relay.connect()).serve(`${index} ${'abcdefghij'.repeat(6)}`.slice(0, 64));
    const caller = await relay.connect();
    const call = (msgId: number) => ({
      type: 'call',
      msgId,
      data: { clientId: 'zyxwvutsrq'.repeat(6), fn: 'f', args: [] },
    });
    const startedAt = performance.now();
    caller.send(Array.from({ length: TIMES }, (_, msgId) => call(msgId)));
    expect(count(await answers(caller, TIMES))).toEqual({ client_not_found: TIMES });
    // It took a minute; this leaves a busy machine its time.
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });
});

describe('frames that take long', { timeout: 60_000 }, () => {
  const init = { type: 'init', data: { clientId: 'many' } };
  let bystanders: Bystanders;

  beforeAll(async () => {
    await relay?.stop();
    relay = await SmallRelay.start();
    bystanders = await Bystanders.start(relay.url);
  }, START_MS);
  afterAll(() => bystanders?.stop());

  it('are handled in order, and others are answered meanwhile', async () => {
    const peer = await relay.connect();
    const startedAt = performance.now();
    await bystanders.seen();
    peer.send([
      ...Array.from({ length: 24_000 }, () => init),
      { type: 'decrypt', msgId: 1, data: { clientId: 'nobody', msg: 1 } },
    ]);
    peer.send({ type: 'init', data: { clientId: 'last' } });
    peer.send({ type: 'list', msgId: 2 });
    expect(await peer.next()).toMatchObject({ msgId: 1, data: { error: { code: 'client_not_found' } } });
    expect((await peer.next()).data.clients).toContainEqual(expect.objectContaining({ clientId: 'last' }));
    const { answers, slowestMs, lost } = await bystanders.seen();
    expect(lost).toBe(0);
    expect(answers).toBeGreaterThan(20);
    expect(slowestMs).toBeLessThan((performance.now() - startedAt) / 4);
  });

  it('and whose connection is closed behind them end what they began', async () => {
    const peer = await relay.connect();
    peer.send(Array.from({ length: 24_000 }, () => init));
    peer.socket.terminate();
    const caller = await relay.connect();
    await expect.poll(async () => (await caller.decrypt('many', 1)).data.error?.code).toBe('client_not_found');
  });

  it('as arrays over 1 MiB are closed with 1009', async () => {
    const peer = await relay.connect();
    peer.send(` ${JSON.stringify(Array.from({ length: 27_000 }, () => init))}`);
    expect(await peer.closed).toEqual({ code: 1009, reason: 'message_too_large' });
    const same = await relay.connect();
    same.send({ type: 'decrypt', msgId: 1, data: { clientId: 'nobody', msg: Array(1e6).fill(1) } });
    expect((await same.next()).data.error.code).toBe('client_not_found');
  });
});

describe('what strangers send: ', { timeout: 60_000 }, () => {
  const BODY = Buffer.alloc(5_000_000, 0x78);

  beforeAll(async () => {
    await relay?.stop();
    relay = await SmallRelay.start({
      PAGEWIRE_CLIENT_TOKEN: 'the client token',
      PAGEWIRE_CALLER_TOKEN: 'the caller token',
    });
  }, START_MS);

  it.each([
    ['to a path that is not there', '/nothing', 404],
    ['to a path that takes no POST', '/api/clients', 404],
    ['without a token', '/api/clients/shop/functions/encrypt', 401],
  ])('two hundred bodies %s are not kept, and each is told so', async (_what, path, status) => {
    const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n`;
    const sockets = Array.from({ length: 200 }, () => open(`${head}Content-Length: ${BODY.length + 1}\r\n\r\n`));
    // The answer comes before the body is there, and the connection stays while it does.
    const answered = sockets.map(async (socket) => String((await once(socket, 'data'))[0]).slice(0, 12));
    expect(new Set(await Promise.all(answered))).toEqual(new Set([`HTTP/1.1 ${status}`]));
    for (const socket of sockets) socket.write(BODY);
    await Promise.all(sockets.map((socket) => Promise.race([once(socket, 'drain'), closed(socket)])));
    await expectWell();
    for (const socket of sockets) socket.destroy();
  });

  it('two hundred frames are not kept', async () => {
    const raws = await Promise.all(Array.from({ length: 200 }, () => RawSocket.open(relay.port)));
    // All but the last byte, so that no frame is whole.
    const start = frame(0x81, BODY.subarray(1), BODY.length);
    await Promise.all(raws.map(({ socket }) => socket.write(start) || closed(socket.resume())));
    await expectWell();
  });

  it('one who sends a large frame at once hears why it is closed', async () => {
    const raw = await RawSocket.open(relay.port);
    raw.socket.write(frame(0x81, BODY.subarray(0, 100_000)));
    expect(await raw.closeCode()).toBe(4401);
  });
});

describe('a body', () => {
  it.each([
    ['whose type is not one of a call’s', 'Content-Type: text/plain\r\nContent-Length: 5000000', 415],
    ['that says it is too large', 'Content-Type: application/json\r\nContent-Length: 20000000', 413],
    [
      'under a Host that is not the relay’s',
      'Host: hostile.example\r\nContent-Type: application/json\r\nContent-Length: 5',
      403,
    ],
    ['of a page', 'Origin: https://hostile.example\r\nContent-Type: application/json\r\nContent-Length: 5', 403],
  ])('%s is refused before any of it has come', async (_what, fields, status) => {
    const host = fields.startsWith('Host') ? '' : 'Host: localhost\r\n';
    const authorization = 'Authorization: Bearer the caller token\r\n';
    const socket = open(
      `POST /api/clients/shop/functions/encrypt HTTP/1.1\r\n${host}${authorization}${fields}\r\n\r\n`,
    );
    expect(String((await once(socket, 'data'))[0]).slice(0, 12)).toBe(`HTTP/1.1 ${status}`);
    socket.destroy();
  });

  it('that goes on without end behind its refusal is cut off', async () => {
    const socket = open('POST /nothing HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n');
    expect(String((await once(socket, 'data'))[0]).slice(0, 12)).toBe('HTTP/1.1 404');
    const chunk = `100000\r\n${'x'.repeat(0x100000)}\r\n`;
    let sent = 0;
    while (!socket.closed && sent++ < 100) await new Promise<void>((resolve) => socket.write(chunk, () => resolve()));
    expect(sent).toBeLessThan(60);
  });
});

/** A connection that has sent this. */
function open(sent: string): Socket {
  const socket = connect(relay.port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(sent);
  return socket;
}

/** Waits until a connection is closed, with or without an error: the relay may have cut it off long before. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => (socket.closed ? resolve() : socket.once('close', () => resolve())));
}
