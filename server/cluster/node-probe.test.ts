import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { jsonText } from '../../shared/json-text.ts';
import { silentLog } from '../observability/log.ts';
import type { CallRequest } from '../routing/call-request.ts';
import { type Peer, startTestRelay, type TestRelay } from '../testing/test-relay.ts';
import { LocalBus, LocalHub } from './bus/local-bus.ts';
import { probeNodes } from './node-probe.ts';
import { allSubject } from './subjects.ts';

/** A bus that loses a node's answers. */
class MuteBus extends LocalBus {
  mute = false;

  override publish(subject: string, data: Uint8Array, tag?: string): void {
    if (!this.mute) super.publish(subject, data, tag);
  }
}

describe('a call that one node rejected', () => {
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
    // All nodes know each other now.
    await expect.poll(async () => (await listed()).length).toBe(1);
    // The clock stands still from here on.
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

  it('is rejected as soon as all other nodes have rejected it', async () => {
    expect((await caller.call('shop', 'other', [])).data.code).toBe('function_not_found');
  });

  it('goes to the node that can serve it, whatever others answer', async () => {
    const client = await serving(2, 'encrypt');
    const answer = caller.call('shop', 'encrypt', []);
    client.send({ type: 'result', msgId: (await client.next()).msgId, data: { value: 1 } });
    expect((await answer).data.value).toBe(1);
  });

  it('waits for a silent node, up to the probe timeout', async () => {
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

describe('with more nodes than can be probed one by one', () => {
  const request: CallRequest = {
    clientId: 'shop',
    fn: 'f',
    args: jsonText([1, 2, 3]),
    argCount: 3,
    target: undefined,
    timeoutMs: undefined,
    caller: { via: 'http', token: undefined },
    from: undefined,
    budget: undefined,
    door: 'http',
  };
  const nodes = Array.from({ length: 40 }, (_, index) => `node-${index}`);
  const listener = { up: () => {}, down: () => {}, noResponders: () => {} };
  const linkTo = () => {
    throw new Error('no node may be asked over a link');
  };

  it('probes the nodes with the client and picks the first that can serve', async () => {
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
    expect(asked).toEqual([{ t: 'can_serve', fn: 'f', args: 2 }]);
    expect(canvassed).toMatchObject({ node: 'node-2', refusals: [{ code: 'overloaded', message: 'busy' }] });
  });
});

it('fails if the bus is down', async () => {
  const bus = new LocalBus(new LocalHub());
  const asked = probeNodes({ bus, nodes: () => [], linkTo: () => undefined as never }, {} as CallRequest, new Set());
  await expect(asked).rejects.toMatchObject({ code: 'bus_unavailable' });
});
