import { on, once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { UNREAD_LOOK_MS } from '../limits.ts';
import { metricOf } from '../metrics/metric-of.ts';
import { type Peer, startTestRelay, type TestRelay } from '../testing/test-relay.ts';

/** More than the operating system buffers of an unread answer. */
const LARGE = 'x'.repeat(15_000_000);

/** Far longer than a busy machine pauses between two reads. */
const STALL_MS = 3_000;

let relay: TestRelay;
let page: Peer;
const callers: Socket[] = [];
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval'] });
  relay = await startTestRelay({}, { stallMs: STALL_MS });
  page = await relay.connect();
  await page.serveSecond({ clientId: 'page' });
});
afterEach(async () => {
  vi.useRealTimers();
  for (const socket of callers.splice(0)) socket.destroy();
  await relay.close();
});

const unsent = () => metricOf(relay.url, 'pagewire_unsent_bytes', {});
const stalled = () => metricOf(relay.url, 'pagewire_slow_readers_total', { door: 'http', why: 'stalled' });
const look = () => void vi.advanceTimersByTime(UNREAD_LOOK_MS);

/** Sends `times` requests at once and reads nothing until resumed. */
function ask(times: number): Socket {
  const body = '{"args":[]}';
  const head = `Host: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
  const socket = connect(relay.port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(`POST /api/clients/page/functions/encrypt HTTP/1.1\r\n${head}\r\n\r\n${body}`.repeat(times));
  callers.push(socket);
  return socket;
}

async function answer(value: string): Promise<void> {
  const { msgId } = await page.next();
  page.send({ type: 'result', msgId, data: { value } });
  await page.settled();
}

async function untilUnread(): Promise<void> {
  await expect.poll(unsent).toBeGreaterThan(0);
  look();
}

/** Reads until the end of an answer. */
async function readTo(socket: Socket, end: string): Promise<void> {
  let heard = '';
  for await (const [chunk] of on(socket, 'data', { close: ['close'] })) {
    heard = (heard + chunk).slice(-end.length);
    if (heard === end) return;
  }
}

it('closes a connection whose caller reads nothing of its answer', async () => {
  const socket = ask(1);
  await answer(LARGE);
  await untilUnread();
  await expect.poll(stalled, { timeout: 40_000 }).toBe(1);
  expect(await unsent()).toBe(0);
  socket.resume();
  await once(socket, 'close');
  expect(socket.bytesRead).toBeLessThan(LARGE.length);
}, 60_000);

it('lets a caller that has read its answer wait for the next one', async () => {
  const patient = ask(2);
  await answer(LARGE);
  await untilUnread();
  await readTo(patient, 'x"}');
  look();
  const { msgId } = await page.next();
  ask(1);
  await answer(LARGE);
  await untilUnread();
  // The other caller has waited longer by now.
  await expect.poll(stalled, { timeout: 40_000 }).toBe(1);
  page.send({ type: 'result', msgId, data: { value: 'late' } });
  await readTo(patient, '"late"}');
}, 60_000);
