import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '../observability/log.ts';
import { type Peer, startTestRelay, type TestRelay } from '../testing/test-relay.ts';
import type { Bus } from './bus/bus.ts';
import { LocalBus, LocalHub } from './bus/local-bus.ts';

/** A bus that loses the messages that the test picks. */
class LossyBus extends LocalBus {
  override isFull = false;
  loses: (subject: string, data: Uint8Array) => boolean = () => false;

  override publish(subject: string, data: Uint8Array, tag?: string): void {
    if (!this.loses(subject, data)) super.publish(subject, data, tag);
  }
}

const startNode = (bus: Bus) => startTestRelay({}, {}, silentLog(), bus);

let here: { bus: LossyBus; relay: TestRelay };
let there: { bus: LossyBus; relay: TestRelay };
let client: Peer;
let caller: Peer;
beforeEach(async () => {
  const hub = new LocalHub();
  const [hereBus, thereBus] = [new LossyBus(hub, 1_024), new LossyBus(hub, 1_024)];
  here = { bus: hereBus, relay: await startNode(hereBus) };
  there = { bus: thereBus, relay: await startNode(thereBus) };
  client = await there.relay.connect();
  await client.serveSecond();
  caller = await here.relay.connect();
});
afterEach(async () => {
  await Promise.all([here.relay.close(), there.relay.close()]);
});

/** Loses the next packet that holds `text`. */
function loseOnce(bus: LossyBus, text: string): void {
  bus.loses = (_subject, data) => {
    const isIt = Buffer.from(data).includes(text);
    if (isIt) bus.loses = () => false;
    return isIt;
  };
}

const finish = (msgId: string, value: unknown) => client.send({ type: 'result', msgId, data: { value } });

describe('when the bus loses', () => {
  it('a call, the call fails soon and is not executed', async () => {
    loseOnce(here.bus, '"call"');
    expect((await caller.call('shop', 'encrypt', ['lost'])).data.code).toBe('bus_unavailable');
    const next = caller.call('shop', 'encrypt', ['next']);
    const asked = await client.next();
    expect(asked.data.args).toEqual(['next']);
    finish(asked.msgId, 1);
    expect((await next).data.value).toBe(1);
  });

  it('an answer, the call fails soon and is not executed again', async () => {
    loseOnce(there.bus, '"result"');
    const answer = caller.call('shop', 'encrypt', ['x']);
    finish((await client.next()).msgId, 1);
    expect((await answer).data.code).toBe('bus_unavailable');
    await client.settled();
    expect(client.frames).toEqual([]);
  });

  it('part of a large call, only that call fails', async () => {
    loseOnce(here.bus, 'middle');
    const large = caller.call('shop', 'encrypt', [`${'a'.repeat(5_000)}middle${'b'.repeat(5_000)}`]);
    expect((await large).data.code).toBe('bus_unavailable');
    const next = caller.call('shop', 'encrypt', ['c'.repeat(5_000)]);
    finish((await client.next()).msgId, 1);
    expect((await next).data.value).toBe(1);
  });

  it('a cancel, its caller still gets an answer', async () => {
    loseOnce(here.bus, '"cancel"');
    const answer = caller.call('shop', 'encrypt', []);
    await client.next();
    caller.send({ type: 'cancel', msgId: 'm' });
    expect((await answer).data.code).toBe('cancelled');
  });

  it.each([
    ['what happens', 'connected'],
    ['who serves', 'clients'],
  ])('%s, a watcher still gets the change soon', async (_what, text) => {
    const watcher = await here.relay.connect();
    loseOnce(there.bus, `"${text}"`);
    watcher.send({ type: 'watch', msgId: 'w' });
    await (await there.relay.connect()).serveSecond({ clientId: 'late' });
    const seen = new Set<string>();
    while (!seen.has('late') || !seen.has('shop')) {
      const { event } = (await watcher.next()).data;
      for (const { clientId } of event.clients ?? [event.client]) seen.add(clientId);
    }
  });

  it('anything, each call has exactly one answer, never a wrong one, and is executed at most once', async () => {
    const random = seeded(7);
    for (const { bus } of [here, there]) bus.loses = (subject) => subject.includes('.node.') && random() < 0.2;
    const executions = new Map<number, number>();
    client.socket.removeAllListeners('message');
    client.socket.on('message', (frame) => {
      for (const { type, msgId, data } of [JSON.parse(String(frame))].flat()) {
        if (type !== 'call') continue;
        executions.set(data.args[0], (executions.get(data.args[0]) ?? 0) + 1);
        finish(msgId, data.args[0]);
      }
    });
    const [count, together] = [600, 150];
    const answers = new Map<string, { type: string; data: { value?: unknown; code?: string } }[]>();
    for (let n = 0; n < count; n++) {
      caller.send({ type: 'call', msgId: `${n}`, data: { clientId: 'shop', fn: 'encrypt', args: [n] } });
      if (n % together === together - 1) for (let each = 0; each < together; each++) note(await caller.next());
    }
    function note(answer: { type: string; msgId: string; data: object }) {
      answers.set(answer.msgId, [...(answers.get(answer.msgId) ?? []), answer]);
    }
    await caller.settled();
    expect(caller.frames).toEqual([]);
    expect(answers.size).toBe(count);
    const codes = new Set<string>();
    for (const [msgId, [answer, ...more]] of answers) {
      expect(more).toEqual([]);
      if (answer?.type === 'result') expect(answer.data.value).toBe(Number(msgId));
      else codes.add(String(answer?.data.code));
    }
    // After several lost heartbeats the other node counts as dead.
    expect(['bus_unavailable', 'client_disconnected']).toEqual(expect.arrayContaining([...codes]));
    expect(codes.size).toBeGreaterThan(0);
    expect(Math.max(...executions.values())).toBe(1);
  });
});

it('sends no list on a full bus', async () => {
  const list = async () => {
    caller.send({ type: 'list', msgId: 'l' });
    return (await caller.next()).data.clients;
  };
  expect(await list()).toHaveLength(1);
  there.bus.isFull = true;
  expect(await list()).toEqual([]);
  there.bus.isFull = false;
  expect(await list()).toHaveLength(1);
});

/** A seeded generator (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
