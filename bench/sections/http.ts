import autocannon from 'autocannon';
import { aB, type Numbers } from '../a-b.ts';
import { sum } from '../load.ts';
import { secondClient } from '../peers.ts';
import { PinnedProcess } from '../pinned-process.ts';
import type { Row } from '../report.ts';

const SECONDS = 2;
const CONNECTIONS = 64;

/** HTTP calls over keep-alive connections, compared with the same fastify answering a constant. */
export async function measureHttp(rounds: number): Promise<Row[]> {
  const [relay, constant] = [await PinnedProcess.relay(), await PinnedProcess.constant()];
  const client = await secondClient(relay.socketUrl, 'shop');
  const { one, least } = await aB(rounds, { one: () => requests(relay), least: () => requests(constant) });
  client.terminate();
  await Promise.all([relay.stop(), constant.stop()]);
  const [value, baseline] = [Number(one.perSecond), Number(least.perSecond)];
  return [
    {
      section: 'HTTP',
      name: 'calls',
      value,
      unit: '/s',
      baseline: { name: 'constant', value: baseline },
      goal: { text: '≥ 0.5 × constant', met: value >= 0.5 * baseline },
    },
    {
      section: 'HTTP',
      name: 'CPU time per call',
      value: Number(one.cpuUs),
      unit: 'µs',
      baseline: { name: 'constant', value: Number(least.cpuUs) },
    },
  ];
}

async function requests(target: PinnedProcess): Promise<Numbers> {
  const before = await target.stats();
  const result = await autocannon({
    url: `${target.url}/api/clients/shop/functions/encrypt`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"args":["0123456789"]}',
    // Any other answer counts as a mismatch.
    expectBody: '{"value":"0123456789"}',
    connections: CONNECTIONS,
    duration: SECONDS,
  });
  const { cpuMs } = await target.stats();
  sum.calls += result.requests.total;
  sum.bad += result.errors + result.mismatches + result.non2xx;
  return { perSecond: result.requests.average, cpuUs: ((cpuMs - before.cpuMs) * 1_000) / result.requests.total };
}
