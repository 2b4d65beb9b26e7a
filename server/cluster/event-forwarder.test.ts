import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLog } from '../observability/log.ts';
import { type Peer, startTestRelay, type TestRelay } from '../testing/test-relay.ts';
import { LocalBus, LocalHub } from './bus/local-bus.ts';

/** A bus with a backlog set by the test. */
class CrowdedBus extends LocalBus {
  override backlog = 0;
  override isFull = false;
}

let bus: CrowdedBus;
let here: TestRelay;
let there: TestRelay;
let watcher: Peer;
beforeEach(async () => {
  const hub = new LocalHub();
  bus = new CrowdedBus(hub);
  here = await startTestRelay({}, {}, silentLog(), new LocalBus(hub));
  there = await startTestRelay({}, {}, silentLog(), bus);
});
afterEach(() => Promise.all([here.close(), there.close()]));

const nextEvent = async () => (await watcher.next()).data.event;

async function watch(): Promise<object> {
  watcher = await here.connect();
  watcher.send({ type: 'watch', msgId: 'w' });
  return nextEvent();
}

async function served(): Promise<string[]> {
  const { clients } = await (await fetch(`${there.url}/api/clients`)).json();
  return clients.map(({ clientId }: { clientId: string }) => clientId).sort();
}

async function client(clientId: string): Promise<Peer> {
  const peer = await there.connect();
  await peer.serveSecond({ clientId, instanceId: clientId });
  return peer;
}

/** A call that ended at the other node. */
async function call(): Promise<void> {
  const caller = await there.connect();
  await caller.call('nobody', 'f', []);
}

it('drops calls while the bus has a backlog, and reports their number', async () => {
  await watch();
  bus.backlog = 2_000_000;
  for (let times = 0; times < 3; times++) await call();
  await client('comes meanwhile');
  bus.backlog = 0;
  for (let times = 0; times < 2; times++) await call();
  const events = [await nextEvent(), await nextEvent(), await nextEvent(), await nextEvent()];
  expect(events.map(({ kind, count }) => count ?? kind)).toEqual([3, 'connected', 'call', 'call']);
});

it('sends nothing while the bus is full, and the changes afterwards', async () => {
  const [goes, changes] = [await client('goes'), await client('changes'), await client('stays')];
  expect(await watch()).toMatchObject({ kind: 'clients', clients: [{}, {}, {}] });
  bus.isFull = true;
  goes.socket.close();
  changes.send({ type: 'functions', msgId: '', data: { functions: [] } });
  await client('comes');
  await changes.settled();
  await call();
  await expect.poll(served).toEqual(['changes', 'comes', 'stays']);
  bus.isFull = false;
  const events = [await nextEvent(), await nextEvent(), await nextEvent(), await nextEvent()];
  expect(events).toEqual([
    { kind: 'dropped', count: 1 },
    { kind: 'disconnected', clientId: 'goes', connectionId: expect.anything() },
    { kind: 'functions', client: expect.objectContaining({ clientId: 'changes', functions: [] }) },
    { kind: 'connected', client: expect.objectContaining({ clientId: 'comes' }) },
  ]);
  await call();
  expect(await nextEvent()).toMatchObject({ kind: 'call' });
});
