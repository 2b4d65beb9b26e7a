import { setTimeout as delay } from 'node:timers/promises';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { findNatsServer } from '../../e2e/cluster/find-nats-server.ts';
import { NatsServer } from '../../e2e/cluster/nats-server.ts';
import { aB, type Numbers, quantile } from '../a-b.ts';
import { runLoad, sum } from '../load.ts';
import { sdkCaller, secondClient } from '../peers.ts';
import { PinnedProcess } from '../pinned-process.ts';
import type { Row } from '../report.ts';

const CALLS = 1_000;
const MS = 1_500;

/** One, two and three relays joined by NATS. Callers use the first one, clients the others. */
export async function measureNodes(rounds: number): Promise<Row[]> {
  const path = await findNatsServer(console.log);
  if (!path) {
    console.log('nodes: skipped, because nats-server is not installed');
    return [];
  }
  const nats = await NatsServer.start(path);
  const env = { NATS_URL: nats.url };
  const nodes: PinnedProcess[] = [];
  for (let node = 0; node < 3; node++) nodes.push(await PinnedProcess.relay({ env, core: node }));
  // The nodes discover each other.
  await delay(1_000);
  const asker = await connect({ servers: nats.url });
  const answerer = await connect({ servers: nats.url });
  answerer.subscribe('bench.echo', { callback: (_error, message) => void message.respond(message.data) });
  await answerer.flush();
  try {
    const [first, second, third] = nodes as [PinnedProcess, PinnedProcess, PinnedProcess];
    const { one, two, three, bare } = await aB(rounds, {
      one: () => measure(first, [first]),
      two: () => measure(first, [second]),
      three: () => measure(first, [second, third]),
      bare: () => requests(asker),
    });
    return rowsOf(one, two, three, bare);
  } finally {
    await Promise.all([asker.close(), answerer.close(), ...nodes.map((node) => node.stop())]);
    await nats.remove();
  }
}

function rowsOf(one: Numbers, two: Numbers, three: Numbers, bare: Numbers): Row[] {
  const section = 'nodes';
  const added = Number(two.p50) - Number(one.p50);
  const across = Number(two.perSecond);
  return [
    { section, name: 'calls on one node', value: Number(one.perSecond), unit: '/s' },
    {
      section,
      name: 'calls from one node to another',
      value: across,
      unit: '/s',
      baseline: { name: 'one node', value: Number(one.perSecond) },
      goal: { text: '≥ 40,000/s', met: across >= 40_000 },
    },
    {
      section,
      name: 'calls from one node to two others',
      value: Number(three.perSecond),
      unit: '/s',
      baseline: { name: 'one node', value: Number(one.perSecond) },
    },
    { section, name: 'latency on one node, p50', value: Number(one.p50), unit: 'ms' },
    {
      section,
      name: 'added latency of another node, p50',
      value: added,
      unit: 'ms',
      baseline: { name: 'NATS request', value: Number(bare.p50) },
      goal: { text: '≤ 1.2 × a bare NATS request', met: added <= 1.2 * Number(bare.p50) },
    },
  ];
}

async function measure(from: PinnedProcess, to: readonly PinnedProcess[]): Promise<Numbers> {
  const clientIds = ['a', 'b', 'c', 'd'];
  const clients = [];
  for (const [index, clientId] of clientIds.entries())
    clients.push(await secondClient((to[index % to.length] ?? from).socketUrl, clientId));
  const callers = await Promise.all(Array.from({ length: 8 }, () => sdkCaller(from.socketUrl)));
  await runLoad({ callers, clientIds, inFlight: 32, ms: 500, size: 64 });
  const { calls, seconds } = await runLoad({ callers, clientIds, inFlight: 32, ms: MS, size: 64 });
  const caller = callers[0];
  const p50 = await medianMs(async (call) => {
    const value = await caller?.call('a', `message ${call}`);
    sum.calls++;
    if (value !== `message ${call}`) sum.bad++;
  });
  for (const each of callers) each.close();
  for (const client of clients) client.terminate();
  return { perSecond: calls / seconds, p50 };
}

async function requests(nats: NatsConnection): Promise<Numbers> {
  return { p50: await medianMs(async (call) => void (await nats.request('bench.echo', `message ${call}`))) };
}

async function medianMs(act: (call: number) => Promise<void>): Promise<number> {
  const took: number[] = [];
  for (let call = 0; call < CALLS; call++) {
    const startedAt = performance.now();
    await act(call);
    took.push(performance.now() - startedAt);
  }
  return quantile(took, 0.5);
}
