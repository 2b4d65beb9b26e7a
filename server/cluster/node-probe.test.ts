import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { silentLog } from '../observability/log.ts';
import type { CallRequest } from '../routing/call-request.ts';
import { type Peer, startTestRelay, type TestRelay } from '../testing/test-relay.ts';
import { LocalBus, LocalHub } from './bus/local-bus.ts';
import { probeNodes } from './node-probe.ts';
import { allSubject } from './subjects.ts';

/** A bus on which a node's answers to others get lost. */
class MuteBus extends LocalBus {
  mute = false;

  override publish(subject: string, data: Uint8Array, tag?: string): void {
    if (!this.mute) super.publish(subject, data, tag);
  }
}

describe('a call that one node has refused', () => {
  const buses: MuteBus[] = [];
  let nodes: TestRelay[];
  let caller: Peer;
  beforeEach(async () => {
    const hub = new LocalHub();
    nodes = await Promise.all(
      [0, 1, 2].map((index) => {
        buses[index] = new MuteBus(hub);
        return startTestRelay({}, {}, silentLog(), buses[index]);
      }),
    );
    caller = await (nodes[0] as TestRelay).connect();
    await serving(1, 'sign');
    // All nodes know each other.
    await expect.poll(async () => (await listed()).length).toBe(1);
    // From here on no time passes.
    vi.useFakeTimers({ toFake: ['setInterval'] });
  });
  afterEach(async () => {
    vi.useRealTimers();
    await Promise.all(nodes.map((node) => node.close()));
  });

  async function serving(node: number, name: string): Promise<Peer> {
    const client = await (nodes[node] as TestRelay).connect();
    await client.serveSecond({ instanceId: name, functions: [{ name, tabs: [] }] });
    return client;
  }

  async function listed(): Promise<object[]> {
    caller.send({ type: 'list', msgId: 'l' });
    return (await caller.next()).data.clients;
  }

  it('is refused as soon as all others have refused it', async () => {
    expect((await caller.call('shop', 'other', [])).data.code).toBe('function_not_found');
  });

  it('goes to the one that can take it, whatever a third says', async () => {
    const client = await serving(2, 'encrypt');
    const answer = caller.call('shop', 'encrypt', []);
    client.send({ type: 'result', msgId: (await client.next()).msgId, data: { value: 1 } });
    expect((await answer).data.value).toBe(1);
  });

  it('waits for the word of one that is silent, and no longer than it has to', async () => {
    (buses[2] as MuteBus).mute = true;
    let code: string | undefined;
    void caller.call('shop', 'other', []).then(({ data }) => {
      code = data.code;
    });
    for (let turn = 0; turn < 5; turn++) await caller.settled();
    expect(code).toBeUndefined();
    const passed = () => {
      vi.advanceTimersByTime(100);
      return code;
    };
    await expect.poll(passed).toBe('function_not_found');
  });
});

describe('where there are more nodes than can be asked each', () => {
  const request: CallRequest = {
    clientId: 'shop',
    fn: 'f',
    args: [1, 2, 3],
    target: undefined,
    timeoutMs: undefined,
    caller: { via: 'http', token: undefined },
    from: undefined,
    door: 'http',
  };
  const nodes = Array.from({ length: 40 }, (_, index) => `node-${index}`);
  const listener = { up: () => {}, down: () => {}, noResponders: () => {} };
  const linkTo = () => {
    throw new Error('nobody is to be asked by a link');
  };

  it('those that have the client are asked, and the first that can is taken', async () => {
    const hub = new LocalHub();
    const [bus, other] = [new LocalBus(hub), new LocalBus(hub)];
    for (const each of [bus, other]) each.start(listener);
    const asked: unknown[] = [];
    other.subscribe(allSubject('shop'), (question, answer) => {
      asked.push(JSON.parse(Buffer.from(question).toString()));
      const refusal = { code: 'overloaded', message: 'busy' };
      for (const said of [{ node: 'tried' }, { node: 'node-1', refusal }, { node: 'node-2' }])
        answer(Buffer.from(JSON.stringify(said)));
    });
    const canvassed = await probeNodes({ bus, nodes: () => nodes, linkTo }, request, new Set(['tried']));
    expect(asked).toEqual([{ t: 'who-can', fn: 'f', args: 2 }]);
    expect(canvassed).toMatchObject({ node: 'node-2', refusals: [{ code: 'overloaded', message: 'busy' }] });
  });
});

it('says so where the bus is down', async () => {
  const bus = new LocalBus(new LocalHub());
  const asked = probeNodes({ bus, nodes: () => [], linkTo: () => undefined as never }, {} as CallRequest, new Set());
  await expect(asked).rejects.toMatchObject({ code: 'bus_unavailable' });
});
