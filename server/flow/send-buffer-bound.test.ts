import { once } from 'node:events';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { UNREAD_LOOK_MS } from '../limits.ts';
import { metricOf } from '../metrics/metric-of.ts';
import { announceMuch } from '../testing/announce-much.ts';
import { type Peer, startTestRelay, type TestRelay } from '../testing/test-relay.ts';

const BOUND = 20_000_000;
const PART = 'x'.repeat(1_000_000);
/** More than the operating system buffers of an unread answer. */
const LARGE = 'x'.repeat(15_000_000);

let relay: TestRelay;
let page: Peer;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval'] });
  relay = await startTestRelay({ PAGEWIRE_MAX_UNREAD_BYTES_IN_ALL: String(BOUND) });
  page = await relay.connect();
  await page.serveSecond({ clientId: 'page' });
});
afterEach(async () => {
  vi.useRealTimers();
  await relay.close();
});

const unsent = () => metricOf(relay.url, 'pagewire_unsent_bytes', {});
const cut = (door: string) => metricOf(relay.url, 'pagewire_slow_readers_total', { door, why: 'all' });
const cutInAll = () => metricOf(relay.url, 'pagewire_slow_readers_total', {});
const look = () => void vi.advanceTimersByTime(UNREAD_LOOK_MS);

async function answer(value: string): Promise<void> {
  let asked = await page.next();
  while (asked.type !== 'call') asked = await page.next();
  page.send({ type: 'result', msgId: asked.msgId, data: { value } });
  await page.settled();
}

async function letAsk(caller: Peer): Promise<void> {
  caller.send({ type: 'call', msgId: '', data: { clientId: 'page', fn: 'encrypt', args: [] } });
  await answer(PART);
}

/** Sends `times` requests at once and reads nothing. */
function askByHttp(times: number): Socket {
  const body = '{"args":[]}';
  const head = `Host: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
  const socket = connect(relay.port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(`POST /api/clients/page/functions/encrypt HTTP/1.1\r\n${head}\r\n\r\n${body}`.repeat(times));
  return socket;
}

it('closes the connection with the largest backlog, with a reason, and no other', async () => {
  const [worst, slow] = [await relay.connect(), await relay.connect()];
  for (const { socket } of [worst, slow]) socket.pause();
  let asked = 0;
  while ((await cutInAll()) === 0) {
    await letAsk(worst);
    await letAsk(worst);
    await letAsk(slow);
    asked++;
    look();
  }
  // Its close follows what its socket had buffered.
  worst.socket.resume();
  expect(await worst.closed).toEqual({ code: 1013, reason: 'overloaded' });
  expect(await cut('websocket')).toBe(1);
  expect(await unsent()).toBeLessThan(BOUND);
  look();
  expect(await cutInAll()).toBe(1);
  slow.socket.resume();
  for (let call = 0; call < asked; call++) expect((await slow.next()).data.value).toBe(PART);
});

it('ends an event stream with an error event', async () => {
  const asked = request(`${relay.url}/api/events`).end();
  const [response] = await once(asked, 'response');
  for (let count = 0; (await cut('events')) === 0; count++) {
    await announceMuch(relay, `client${count}`);
    look();
  }
  expect((await text(response)).split('\n\n').at(-2)).toContain('"code":"overloaded"');
});

it('counts HTTP answers', async () => {
  const sockets = [askByHttp(1), askByHttp(1)];
  await answer(LARGE);
  await expect.poll(unsent).toBeGreaterThan(0);
  look();
  expect(await cut('http')).toBe(0);
  await answer(LARGE);
  await expect.poll(unsent).toBeGreaterThan(BOUND);
  look();
  expect(await cut('http')).toBe(1);
  expect(await unsent()).toBeLessThan(BOUND);
  for (const socket of sockets) socket.destroy();
});

it('handles the next HTTP request on a connection once the previous answer has been read', async () => {
  const socket = askByHttp(2);
  await answer(LARGE);
  await expect.poll(unsent).toBeGreaterThan(0);
  await page.settled();
  expect(page.frames).toEqual([]);
  socket.resume();
  await answer('second');
  await expect.poll(unsent).toBe(0);
  socket.destroy();
});

it('allows backlogs within it', async () => {
  const socket = askByHttp(1);
  await answer(LARGE);
  await expect.poll(unsent).toBeGreaterThan(0);
  look();
  expect(await cutInAll()).toBe(0);
  socket.destroy();
});
