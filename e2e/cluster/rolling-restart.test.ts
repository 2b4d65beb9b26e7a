import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { RelayProcess } from '../stage/relay-process.ts';
import { Balancer } from './balancer.ts';
import { Load } from './load.ts';
import { NatsServer } from './nats-server.ts';
import { StandInBrowser } from './stand-in-browser.ts';

const path = inject('natsServer');
const CALLS_PER_SECOND = 2_000;

describe.skipIf(path === '')('three nodes behind a load balancer, under load', () => {
  let server: NatsServer;
  let nodes: RelayProcess[];
  let balancer: Balancer;
  let browsers: StandInBrowser[];
  let load: Load;
  const executions = new Map<string, number>();
  const clientIds = Array.from({ length: 12 }, (_, index) => `browser-${index}`);

  beforeEach(async () => {
    executions.clear();
    server = await NatsServer.start(path);
    nodes = await Promise.all([1, 2, 3].map(() => RelayProcess.start({ NATS_URL: server.url })));
    for (const node of nodes) await readyAgain(node);
    balancer = await Balancer.start(nodes);
    const url = `ws://${balancer.authority}`;
    browsers = clientIds.map((clientId) => new StandInBrowser({ url, clientId, executions }));
    await allServed();
    load = await Load.start({ clientIds, authority: balancer.authority, callsPerSecond: CALLS_PER_SECOND });
  });
  afterEach(async () => {
    load.close();
    for (const browser of browsers) browser.close();
    balancer.close();
    await Promise.all(nodes.map((node) => node.stop()));
    await server.remove();
  });

  const readyAgain = (node: RelayProcess) =>
    expect.poll(async () => (await fetch(`${node.url}/readyz`)).status, { timeout: 30_000 }).toBe(200);
  /** The clients that each running node lists. */
  const allServed = async () => {
    for (const node of nodes)
      await expect
        .poll(async () => new Set((await node.clients()).map(({ clientId }) => clientId)).size, { timeout: 30_000 })
        .toBe(clientIds.length);
  };
  const calls = (count: number) =>
    expect.poll(() => load.ended.length, { timeout: 60_000 }).toBeGreaterThan(load.ended.length + count);

  it('are restarted one by one without failing an accepted call', async () => {
    await calls(2_000);
    for (const node of nodes) {
      await node.stop();
      await calls(500);
      await node.startAgain();
      await readyAgain(node);
      await allServed();
    }
    await calls(2_000);
    await load.stop();
    const tally = load.tally();
    console.log('rolling restart:', tally);
    expect(tally.ok).toBeGreaterThan(4_000);
    expect(tally.wrong).toBeUndefined();
    const failed = load.ended.filter(({ outcome }) => outcome !== 'ok');
    // None of these was accepted: no browser has seen it, and its caller may retry.
    expect(failed.filter(({ id }) => executions.has(id))).toEqual([]);
    expect(Math.max(...executions.values())).toBe(1);
    expect(['shutting_down', 'client_not_found', 'connection lost', 'ok']).toEqual(
      expect.arrayContaining(Object.keys(tally)),
    );
    // Each was asked to reconnect; none lost its connection unexpectedly.
    for (const browser of browsers) expect(new Set(browser.closes)).toEqual(new Set([1012]));
  });

  it('lose a killed one: its calls fail at once, its browsers reconnect, others are not affected', async () => {
    const [killed, ...others] = nodes as [RelayProcess, ...RelayProcess[]];
    await calls(1_000);
    await killed.crash();
    await calls(4_000);
    await expect
      .poll(async () => new Set((await others[0]?.clients())?.map(({ clientId }) => clientId)).size, {
        timeout: 30_000,
      })
      .toBe(clientIds.length);
    await load.stop();
    const tally = load.tally();
    console.log('a node killed:', tally);
    expect(tally.wrong).toBeUndefined();
    expect(tally.timeout).toBeUndefined();
    expect(Math.max(...executions.values())).toBe(1);
    nodes = others;
  });
});
