import { aB, type Numbers, quantile } from '../a-b.ts';
import { sum } from '../load.ts';
import { firstCaller, firstClient } from '../peers.ts';
import { PinnedProcess } from '../pinned-process.ts';
import type { Row } from '../report.ts';

const CALLS = 2_000;
const WARM_UP = 500;

/** Latency of one caller and one client, one call at a time. */
export async function measureLatency(rounds: number): Promise<Row[]> {
  const [relay, bare] = [await PinnedProcess.relay(), await PinnedProcess.bare()];
  const { one, least } = await aB(rounds, { one: () => latencies(relay), least: () => latencies(bare) });
  await Promise.all([relay.stop(), bare.stop()]);
  const row = (name: 'p50' | 'p99', most: number): Row => {
    const [value, baseline] = [Number(one[name]), Number(least[name])];
    return {
      section: 'latency, one at a time',
      name,
      value,
      unit: 'ms',
      baseline: { name: 'bare', value: baseline },
      goal: { text: `≤ ${most} × bare`, met: value <= most * baseline },
    };
  };
  return [row('p50', 1.1), row('p99', 2)];
}

async function latencies({ socketUrl }: PinnedProcess): Promise<Numbers> {
  const client = await firstClient(socketUrl, 'shop');
  const caller = await firstCaller(socketUrl);
  const took: number[] = [];
  for (let call = 0; call < WARM_UP + CALLS; call++) {
    const msg = `message ${call}`;
    const startedAt = performance.now();
    const value = await caller.call('shop', msg);
    if (call >= WARM_UP) took.push(performance.now() - startedAt);
    sum.calls++;
    if (value !== msg) sum.bad++;
  }
  caller.close();
  client.terminate();
  return { p50: quantile(took, 0.5), p99: quantile(took, 0.99) };
}
