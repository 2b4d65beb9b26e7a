import { once } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { metricOf } from '../metrics/metric-of.ts';
import { announceMuch } from './announce-much.ts';
import { type Peer, startTestRelay, type TestRelay } from './test-relay.ts';

const MAX_UNREAD = 2_000_000;
/** Limit per connection, plus the largest message here, plus the socket buffer. */
const BOUND = 4 * MAX_UNREAD + 1_100_000;
const LARGE = 'x'.repeat(1_000_000);
/** More than the relay and the operating system buffer together. */
const MANY = 40;

let relay: TestRelay;
let page: Peer;
let bystander: Peer;
beforeEach(async () => {
  relay = await startTestRelay({ PAGEWIRE_MAX_UNREAD_BYTES: String(MAX_UNREAD) });
  page = await relay.connect();
  await page.serveSecond({ clientId: 'page' });
  bystander = await relay.connect();
  (await (await relay.connect()).serve('bystander')).echo();
});
afterEach(() => relay.close());

const metric = (name: string, labels: Record<string, string> = {}) => metricOf(relay.url, name, labels);
const cut = (door: string) => metric('pagewire_slow_readers_total', { door });

/** Repeats until the relay closes the connection. The remote then has three seconds to read the reason. */
async function untilCut(door: string, step: () => Promise<void>): Promise<number> {
  for (let steps = 0; steps <= MANY; steps++) {
    if ((await cut(door)) === 1) return steps;
    await step();
  }
  throw new Error('it was not cut');
}

/** Other connections are not affected, and the relay buffers no more than its limit. */
async function expectUnharmed(): Promise<void> {
  expect((await bystander.decrypt('bystander', 'x')).data.msg).toBe('x');
  expect(await metric('pagewire_unsent_bytes_worst')).toBeLessThan(BOUND);
}

function ask(caller: Peer, msgId: number): void {
  caller.send({ type: 'call', msgId, data: { clientId: 'page', fn: 'encrypt', args: [] } });
}

async function answer(): Promise<void> {
  const { msgId } = await page.next();
  page.send({ type: 'result', msgId, data: { value: LARGE } });
}

/** Causes some large events for watchers: a megabyte of them. */
async function happen(): Promise<void> {
  for (let count = 0; count < EVENTS; count++) await announceMuch(relay, `client${++clients}`);
}
const EVENTS = 5;
let clients = 0;

it('a caller that does not read its answers is closed with a reason and makes no more calls', async () => {
  const caller = await relay.connect();
  for (let msgId = 0; msgId < MANY; msgId++) ask(caller, msgId);
  await caller.settled();
  caller.socket.pause();
  const answered = await untilCut('websocket', async () => {
    await answer();
    await page.settled();
    await expectUnharmed();
  });
  ask(caller, MANY);
  caller.socket.resume();
  expect(await caller.closed).toEqual({ code: 1013, reason: 'overloaded' });
  // Frames sent before are complete, and calls in flight are reported as ended.
  const heard = caller.frames.map((frame) => JSON.parse(frame));
  expect(heard.filter(({ type, data }) => type === 'result' && data.value !== LARGE)).toEqual([]);
  expect(heard.filter(({ type, data }) => type === 'error' && data.code !== 'cancelled')).toEqual([]);
  expect(heard.length).toBeLessThan(MANY);
  await page.settled();
  // Its earlier calls, for which nobody waits any more.
  const types = page.frames.map((frame) => JSON.parse(frame).type);
  const unanswered = Array.from({ length: MANY - answered });
  expect(types).toEqual([...unanswered.map(() => 'call'), ...unanswered.map(() => 'cancel')]);
});

it('calls of a caller that does not read fail with overloaded, until it has read', async () => {
  const caller = await relay.connect();
  caller.socket.pause();
  const ended = () => metric('pagewire_calls_total', { door: 'websocket_2' });
  const refused = () => metric('pagewire_calls_total', { outcome: 'overloaded' });
  let asked = 0;
  while ((await refused()) === 0) {
    ask(caller, asked++);
    await expect.poll(async () => page.frames.length + (await refused())).toBe(1);
    if (page.frames.length > 0) await answer();
    await expect.poll(ended).toBe(asked);
    await expectUnharmed();
  }
  for (const type of ['list', 'watch']) caller.send({ type, msgId: type });
  caller.send({ type: 'decrypt', msgId: 'first', data: { clientId: 'page', msg: 1 } });
  await expect.poll(refused).toBe(2);
  caller.socket.resume();
  for (let msgId = 0; msgId < asked - 1; msgId++)
    expect(await caller.next()).toMatchObject({ type: 'result', msgId, data: { value: LARGE } });
  expect(await caller.next()).toMatchObject({ type: 'error', msgId: asked - 1, data: { code: 'overloaded' } });
  // Answers that are found to exceed the limit only when written come last.
  expect((await caller.next()).data).toMatchObject({ flag: false, error: { code: 'overloaded' } });
  const refusedLater = [await caller.next(), await caller.next()];
  expect(refusedLater.map(({ msgId, data }) => [msgId, data.code]).sort()).toEqual([
    ['list', 'overloaded'],
    ['watch', 'overloaded'],
  ]);
  ask(caller, asked);
  await answer();
  expect(await caller.next()).toMatchObject({ type: 'result', msgId: asked });
});

it('a client that does not read gets no more calls, until it has read', async () => {
  const client = await (await relay.connect()).serve('slow');
  client.socket.pause();
  const caller = await relay.connect();
  let asked = 0;
  const answered = caller.next();
  let refused: Awaited<typeof answered> | undefined;
  void answered.then((message) => {
    refused = message;
  });
  while (!refused) {
    caller.send({ type: 'decrypt', msgId: asked++, data: { clientId: 'slow', msg: LARGE } });
    await caller.settled();
    await expectUnharmed();
  }
  expect(refused).toMatchObject({ msgId: asked - 1, data: { flag: false, error: { code: 'overloaded' } } });
  client.socket.resume();
  for (let call = 0; call < asked - 1; call++) await client.next();
  caller.send({ type: 'decrypt', msgId: 'again', data: { clientId: 'slow', msg: 'x' } });
  const { msgId, data } = await client.next();
  client.send({ type: 'decrypt', msgId, data: { msg: data, flag: true } });
  expect(await caller.next()).toMatchObject({ msgId: 'again', data: { msg: 'x', flag: true } });
});

it('a watcher that does not read is closed with a reason; others get every event', async () => {
  const [slow, quick] = [await relay.connect(), await relay.connect()];
  for (const watcher of [slow, quick]) {
    watcher.send({ type: 'watch', msgId: 'w' });
    await watcher.next();
  }
  slow.socket.pause();
  await untilCut('websocket', async () => {
    await happen();
    for (let count = 0; count < EVENTS; count++) expect((await quick.next()).data.event.kind).toBe('connected');
    await expectUnharmed();
    expect((await quick.next()).data.event).toMatchObject({ kind: 'call', clientId: 'bystander' });
  });
  slow.socket.resume();
  expect(await slow.closed).toEqual({ code: 1013, reason: 'overloaded' });
});

it('an unread event stream ends with an error event', async () => {
  const asked = request(`${relay.url}/api/events`).end();
  const [response] = await once(asked, 'response');
  await untilCut('events', async () => {
    await happen();
    await expectUnharmed();
  });
  expect((await text(response)).split('\n\n').at(-2)).toBe(
    'event: ended\ndata: {"kind":"ended","code":"overloaded","message":"this stream is read too slowly"}',
  );
});

it('an event stream that is never read is closed', { timeout: 20_000 }, async () => {
  const asked = request(`${relay.url}/api/events`).end();
  await once(asked, 'response');
  asked.on('error', () => {});
  await untilCut('events', happen);
  await expect.poll(() => metric('pagewire_event_streams'), { timeout: 15_000 }).toBe(0);
  asked.destroy();
});
