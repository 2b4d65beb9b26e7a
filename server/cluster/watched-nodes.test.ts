import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLog } from '../observability/log.ts';
import { type Message, type Peer, startTestRelay, type TestRelay } from '../testing/test-relay.ts';
import { LocalBus, LocalHub } from './bus/local-bus.ts';

/** A bus that counts its node's messages. */
class CountingBus extends LocalBus {
  bytes = 0;

  override publish(subject: string, data: Uint8Array, tag?: string): void {
    this.bytes += data.length;
    super.publish(subject, data, tag);
  }
}

const TIMES = 4_000;
const LIST_BYTES = 200_000;

let bus: CountingBus;
let here: TestRelay;
let there: TestRelay;
let caller: Peer;
beforeEach(async () => {
  const hub = new LocalHub();
  bus = new CountingBus(hub);
  here = await startTestRelay({}, {}, silentLog(), new LocalBus(hub));
  there = await startTestRelay({}, {}, silentLog(), bus);
  const functions = Array.from({ length: 1_000 }, (_, index) => ({ name: `${index}`.padEnd(180, '-'), tabs: [] }));
  await (await there.connect()).serveSecond({ clientId: 'far', functions });
  caller = await here.connect();
  await expect.poll(listed).toEqual(['far']);
  bus.bytes = 0;
});
afterEach(() => Promise.all([here.close(), there.close()]));

async function listed(): Promise<string[]> {
  caller.send({ type: 'list', msgId: 'l' });
  const { data } = await caller.next();
  return data.clients.map(({ clientId }: { clientId: string }) => clientId);
}

async function answers(count: number): Promise<Message[]> {
  const all: Message[] = [];
  while (all.length < count) all.push(...[await caller.next()].flat());
  return all;
}

it('asks another node for its list once per frame', async () => {
  caller.send(Array.from({ length: TIMES }, () => ({ type: 'list', msgId: 1 })));
  await answers(TIMES);
  expect(bus.bytes).toBeLessThan(2 * LIST_BYTES);
});

it('asks once for simultaneous callers', async () => {
  const callers = await Promise.all(Array.from({ length: 50 }, () => here.connect()));
  for (const each of callers) each.send({ type: 'list', msgId: 1 });
  for (const each of callers) expect((await each.next()).data.clients).toHaveLength(1);
  // The first request may be answered separately.
  expect(bus.bytes).toBeLessThan(4 * LIST_BYTES);
});

it('subscribes once for many watches', async () => {
  const pair = [
    { type: 'watch', msgId: 1 },
    { type: 'cancel', msgId: 1 },
  ];
  caller.send(Array.from({ length: TIMES }, () => pair).flat());
  await answers(TIMES);
  expect(bus.bytes).toBeLessThan(LIST_BYTES);
  for (let times = 0; times < 20; times++) {
    caller.send(pair.slice(0, 1));
    expect((await answers(1))[0]?.data.event).toMatchObject({ kind: 'clients', clients: [{ clientId: 'far' }] });
    caller.send(pair.slice(1));
    await answers(1);
  }
  expect(bus.bytes).toBeLessThan(2 * LIST_BYTES);
});
