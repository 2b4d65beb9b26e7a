import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bystanders } from './bystanders.ts';
import { frame, RawSocket } from './raw-socket.ts';
import { SmallRelay } from './small-relay.ts';
import type { Message, Peer } from './test-relay.ts';

/** Small requests that cause much work. docs/security.md names these tests. */

const TIMES = 4_000;
/** Compiling at start takes seconds, on a busy machine many. */
const START_MS = 60_000;
/** The idle relay with tsx, plus room for a flood. Without limits it took 4 GB. */
const MAX_MB = 700;

let relay: SmallRelay;
afterAll(() => relay?.stop());

/** Serves clients whose list takes five megabytes. */
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
  expect(relay.peakMb).toBeLessThan(MAX_MB);
}

describe('small requests for a large list', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    relay = await SmallRelay.start();
    await serveMany();
  }, START_MS);

  it('a frame with thousands of list requests gets one list', async () => {
    const caller = await relay.connect();
    caller.send(Array.from({ length: TIMES }, () => ({ type: 'list', msgId: 1 })));
    expect(count(await answers(caller, TIMES))).toEqual({ clients: 1, overloaded: TIMES - 1 });
    caller.send({ type: 'list', msgId: 2 });
    expect((await caller.next()).type).toBe('clients');
    await expectWell();
  });

  it('a frame with thousands of watches gets one list, also if it cancels each watch', async () => {
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
    const ended = count((await answers(caller, TIMES)).filter(({ type }) => type === 'error'));
    expect(ended).toEqual({ cancelled: 1, overloaded: TIMES - 1 });
    await expectWell();
  });

  it('a hundred callers that ask at once and read nothing share one text', async () => {
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

  it('thousands of pipelined requests are answered one by one, as fast as answers are read', async () => {
    const get = 'GET /api/clients HTTP/1.1\r\nHost: localhost\r\n\r\n';
    const last = get.replace('localhost', 'localhost\r\nConnection: close');
    const heard = await text(open(get.repeat(4) + last));
    expect(heard.split('HTTP/1.1 200 OK')).toHaveLength(6);
    expect(heard.split('"clientId":"shop 24"')).toHaveLength(6);
    // Closed, because nobody needs so many pipelined requests.
    await Promise.all(Array.from({ length: 10 }, () => closed(open(get.repeat(TIMES)))));
    await expectWell();
  });

  it('cancels of unknown calls do not scan the calls in flight', async () => {
    const [page, caller] = [await relay.connect(), await relay.connect()];
    await page.serveSecond({ clientId: 'silent', instanceId: 'silent' });
    const call = (msgId: number) => ({ type: 'call', msgId, data: { clientId: 'silent', fn: 'encrypt', args: [] } });
    caller.send(Array.from({ length: 9_999 }, (_, msgId) => call(msgId)));
    await caller.settled();
    const startedAt = performance.now();
    for (let frame = 0; frame < 4; frame++)
      caller.send(Array.from({ length: 15_000 }, (_, index) => ({ type: 'cancel', msgId: `unknown ${index}` })));
    await caller.settled();
    // Without the index it took 39 s. The bound leaves room for a busy machine.
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    caller.send({ type: 'cancel', msgId: 7 });
    expect(await caller.next()).toMatchObject({ type: 'error', msgId: 7, data: { code: 'cancelled' } });
  });

  it('calls of an unknown client do not search for a similar name each time', async () => {
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
    // Without the limit it took a minute. The bound leaves room for a busy machine.
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });
});

describe('frames that take long to handle', { timeout: 60_000 }, () => {
  const init = { type: 'init', data: { clientId: 'many' } };
  let bystanders: Bystanders;

  beforeAll(async () => {
    await relay?.stop();
    relay = await SmallRelay.start();
    bystanders = await Bystanders.start(relay.url);
  }, START_MS);
  afterAll(() => bystanders?.stop());

  it('are handled in order, and other connections are answered meanwhile', async () => {
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

  it('finish the calls that they started although their connection closes', async () => {
    const peer = await relay.connect();
    peer.send(Array.from({ length: 24_000 }, () => init));
    peer.socket.terminate();
    const caller = await relay.connect();
    await expect.poll(async () => (await caller.decrypt('many', 1)).data.error?.code).toBe('client_not_found');
  });

  it('as many different names, objects or values are closed with 1009, and a large table passes', async () => {
    const [clientId, count] = ['nobody', 150_000];
    const names = Object.fromEntries(Array.from({ length: count }, (_, at) => [`name ${at}`, 0]));
    const rows = Array.from({ length: count }, () => ({ name: 0 }));
    const table = await relay.connect();
    expect((await table.decrypt(clientId, rows)).data.error.code).toBe('client_not_found');
    for (const msg of [names, Array(3e6).fill(1), Array(6e5).fill([])]) {
      const peer = await relay.connect();
      peer.send({ type: 'decrypt', msgId: 1, data: { clientId, msg } });
      expect((await peer.closed).code).toBe(1009);
    }
  });

  it('as they never come whole are given up once they take too much together', async () => {
    const begun = frame(0x81, Buffer.alloc(15_000_000, 0x78), 16_000_000);
    const pieces = Buffer.concat([
      frame(0x01, begun.subarray(0, 8_000_000)),
      frame(0x00, begun.subarray(0, 7_000_000)),
    ]);
    const raws = await Promise.all(Array.from({ length: 40 }, () => RawSocket.open(relay.port)));
    for (const [index, { socket }] of raws.entries()) socket.resume().write(index % 2 ? begun : pieces);
    // 128 MiB hold eight of them.
    const held = () => raws.filter(({ socket }) => !socket.closed).length;
    await expect.poll(held, { timeout: 50_000 }).toBeLessThanOrEqual(8);
    expect(held()).toBeGreaterThan(0);
    for (const { socket } of raws) socket.destroy();
    expect(await relay.isWell()).toBe(true);
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

describe('calls in flight', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    await relay?.stop();
    relay = await SmallRelay.start();
  }, START_MS);

  const call = (msgId: unknown, args: unknown[], clientId = 'silent') =>
    ({ type: 'call', msgId, data: { clientId, fn: 'encrypt', args, timeoutMs: 600_000 } }) as const;

  /** The next call that the client gets. */
  async function callFrame(client: Peer): Promise<void> {
    while (!(await client.frame()).startsWith('{"type":"call"'));
  }

  it('drop their arguments once the client has them', async () => {
    const [client, caller] = [await relay.connect(), await relay.connect()];
    await client.serveSecond({ clientId: 'silent' });
    const url = `${relay.url}/api/clients/silent/functions/encrypt`;
    const large = call(1, ['x'.repeat(10_000_000)]);
    const { args, timeoutMs } = large.data;
    const init = { method: 'POST', headers: { 'content-type': 'application/json' } };
    const body = JSON.stringify({ args, timeoutMs });
    const stop = new AbortController();
    for (let index = 0; index < 24; index++) {
      caller.send(large);
      await callFrame(client);
      fetch(url, { ...init, body, signal: stop.signal }).catch(() => {});
      await callFrame(client);
    }
    await expectWell();
    stop.abort();
    for (const { socket } of [client, caller]) socket.terminate();
  });

  it('keep nothing else of the frames that they came in', async () => {
    const [client, caller] = [await relay.connect(), await relay.connect()];
    await client.serveSecond({ clientId: 'silent' });
    const junk = 'x'.repeat(10_000_000);
    const id = '1'.repeat(40);
    for (let index = 0; index < 50; index++) {
      const data = `{"clientId":"silent","fn":"encrypt","args":["${id}"],"junk":"${junk}"}`;
      caller.send(`{"type":"call","msgId":${id}${index},"data":${data}}`);
      await callFrame(client);
    }
    await expectWell();
    for (const { socket } of [client, caller]) socket.terminate();
  });

  it('of one connection hold 32 MiB of ids; the next is overloaded, and others are served', async () => {
    const [client, caller, other] = [await relay.connect(), await relay.connect(), await relay.connect()];
    await client.serve('silent');
    const id = 'i'.repeat(1_000_000);
    for (let index = 0; index < 60; index++)
      caller.send({ type: 'decrypt', msgId: `${index}${id}`, data: { clientId: 'silent', msg: 1 } });
    const answered = await answers(caller, 60 - 33);
    expect(new Set(answered.map(({ data }) => data.error.code))).toEqual(new Set(['overloaded']));
    const { length } = client.frames;
    other.send({ type: 'decrypt', msgId: 1, data: { clientId: 'silent', msg: 1 } });
    await other.settled();
    await client.settled();
    expect(client.frames.length - length).toBe(1);
    caller.socket.terminate();
    client.socket.terminate();
    await expectWell();
  });

  it('that none of a large pool serves cost the others little', async () => {
    const pool = await Promise.all(Array.from({ length: 2_000 }, () => relay.connect()));
    await Promise.all(pool.map((client, index) => client.serveSecond({ clientId: 'pool', instanceId: `${index}` })));
    await (await relay.connect()).serveSecond({ clientId: 'one' });
    const caller = await relay.connect();
    const timeOf = async (clientId: string) => {
      const startedAt = performance.now();
      const calls = Array.from({ length: 2_000 }, (_, msgId) => ({ ...call(msgId, [], clientId) }));
      caller.send(calls.map((each) => ({ ...each, data: { ...each.data, fn: 'f' } })));
      expect(count(await answers(caller, 2_000))).toEqual({ function_not_found: 2_000 });
      return performance.now() - startedAt;
    };
    await timeOf('one');
    // An error for each client of the pool made it a hundred times.
    expect(await timeOf('pool')).toBeLessThan(15 * (await timeOf('one')));
    for (const { socket } of pool) socket.terminate();
  });
});

describe('unauthorized senders: ', { timeout: 60_000 }, () => {
  const BODY = Buffer.alloc(5_000_000, 0x78);

  beforeAll(async () => {
    await relay?.stop();
    relay = await SmallRelay.start({
      PAGEWIRE_CLIENT_TOKEN: 'the client token',
      PAGEWIRE_CALLER_TOKEN: 'the caller token',
    });
  }, START_MS);

  it.each([
    ['to an unknown path', '/nothing', 404],
    ['to a path without POST', '/api/clients', 404],
    ['without a token', '/api/clients/shop/functions/encrypt', 401],
  ])('two hundred bodies %s are not buffered, and each is rejected', async (_what, path, status) => {
    const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n`;
    const sockets = Array.from({ length: 200 }, () => open(`${head}Content-Length: ${BODY.length + 1}\r\n\r\n`));
    // The answer comes before the body, and the connection stays open.
    const answered = sockets.map(async (socket) => String((await once(socket, 'data'))[0]).slice(0, 12));
    expect(new Set(await Promise.all(answered))).toEqual(new Set([`HTTP/1.1 ${status}`]));
    for (const socket of sockets) socket.write(BODY);
    const ends = sockets.map((socket) =>
      Promise.race([once(socket, 'drain').then(() => 'read'), closed(socket).then(() => 'closed')]),
    );
    expect(new Set(await Promise.all(ends))).toEqual(new Set(['read']));
    await expectWell();
    for (const socket of sockets) socket.destroy();
  });

  it('two hundred frames are not buffered', async () => {
    const raws = await Promise.all(Array.from({ length: 200 }, () => RawSocket.open(relay.port)));
    // Without the last byte, so that no frame is complete.
    const start = frame(0x81, BODY.subarray(1), BODY.length);
    await Promise.all(raws.map(({ socket }) => socket.write(start) || closed(socket.resume())));
    await expectWell();
  });

  it('a sender of a large frame gets the close reason', async () => {
    const raw = await RawSocket.open(relay.port);
    raw.socket.write(frame(0x81, BODY.subarray(0, 100_000)));
    expect(await raw.closeCode()).toBe(4401);
  });
});

describe('a body', () => {
  it.each([
    ['with a wrong Content-Type', 'Content-Type: text/plain\r\nContent-Length: 5000000', 415],
    ['with a too large Content-Length', 'Content-Type: application/json\r\nContent-Length: 20000000', 413],
    ['with a foreign Host', 'Host: hostile.example\r\nContent-Type: application/json\r\nContent-Length: 5', 403],
    [
      'with the Origin of a page',
      'Origin: https://hostile.example\r\nContent-Type: application/json\r\nContent-Length: 5',
      403,
    ],
  ])('%s is rejected before any of it arrives', async (_what, fields, status) => {
    const host = fields.startsWith('Host') ? '' : 'Host: localhost\r\n';
    const authorization = 'Authorization: Bearer the caller token\r\n';
    const socket = open(
      `POST /api/clients/shop/functions/encrypt HTTP/1.1\r\n${host}${authorization}${fields}\r\n\r\n`,
    );
    expect(String((await once(socket, 'data'))[0]).slice(0, 12)).toBe(`HTTP/1.1 ${status}`);
    socket.destroy();
  });

  it('that continues without end after its rejection is closed', async () => {
    const socket = open('POST /nothing HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n');
    expect(String((await once(socket, 'data'))[0]).slice(0, 12)).toBe('HTTP/1.1 404');
    const chunk = `100000\r\n${'x'.repeat(0x100000)}\r\n`;
    let sent = 0;
    while (!socket.closed && sent++ < 100) await new Promise<void>((resolve) => socket.write(chunk, () => resolve()));
    expect(sent).toBeLessThan(60);
  });
});

/** Opens a connection and sends this. */
function open(sent: string): Socket {
  const socket = connect(relay.port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(sent);
  return socket;
}

/** Waits until a connection is closed, with or without an error. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => (socket.closed ? resolve() : socket.once('close', () => resolve())));
}
