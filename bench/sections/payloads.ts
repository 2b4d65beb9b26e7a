import { aB, type Numbers } from '../a-b.ts';
import { sum } from '../load.ts';
import { measureLoad } from '../measure-load.ts';
import { type BenchCaller, firstCaller, firstClient } from '../peers.ts';
import { PinnedProcess } from '../pinned-process.ts';
import type { Row } from '../report.ts';

const SIZES = { '1 kB': 1_000, '64 kB': 64_000, '1 MB': 1_000_000, '10 MB': 10_000_000 };
const MB = 1_000_000;

/** Throughput by payload size, and the latency of small calls during a large one. */
export async function measurePayloads(rounds: number): Promise<Row[]> {
  const [relay, bare] = [await PinnedProcess.relay(), await PinnedProcess.bare()];
  const rows: Row[] = [];
  for (const [name, size] of Object.entries(SIZES)) {
    const setting = { callers: 1, inFlight: size > MB ? 1 : 4, clients: 1, size };
    const peers = { connectCaller: firstCaller, connectClient: firstClient };
    const measure = (target: PinnedProcess) => () => measureLoad(target, { ...setting, ...peers, ms: 1_000 });
    const { one, least } = await aB(Math.min(rounds, 3), { one: measure(relay), least: measure(bare) });
    // Counted twice: as argument and as result.
    const rate = ({ perSecond = Number.NaN }: Numbers) => (perSecond * size * 2) / MB;
    rows.push({
      section: 'payloads',
      name,
      value: rate(one),
      unit: 'MB/s',
      baseline: { name: 'bare', value: rate(least) },
    });
  }
  const { one, least } = await aB(rounds, { one: () => worstSmallCall(relay), least: () => worstSmallCall(bare) });
  await Promise.all([relay.stop(), bare.stop()]);
  const [value, baseline] = [Number(one.worst), Number(least.worst)];
  rows.push({
    section: 'payloads',
    name: 'slowest small call during a 10 MB call',
    value,
    unit: 'ms',
    baseline: { name: 'bare', value: baseline },
    goal: { text: '≤ 1.2 × bare', met: value <= 1.2 * baseline },
  });
  return rows;
}

/** The small calls share this process, so its own work for the large call delays both relays alike. */
async function worstSmallCall({ socketUrl }: PinnedProcess): Promise<Numbers> {
  const clients = [await firstClient(socketUrl, 'large'), await firstClient(socketUrl, 'small')];
  const [large, small] = [await firstCaller(socketUrl), await firstCaller(socketUrl)];
  await checked(large, 'large', 'x'.repeat(10 * MB));
  let isOver = false;
  const over = checked(large, 'large', 'x'.repeat(10 * MB)).then(() => {
    isOver = true;
  });
  let worst = 0;
  for (let call = 0; !isOver; call++) {
    const startedAt = performance.now();
    await checked(small, 'small', `message ${call}`);
    worst = Math.max(worst, performance.now() - startedAt);
  }
  await over;
  for (const caller of [large, small]) caller.close();
  for (const client of clients) client.terminate();
  return { worst };
}

async function checked(caller: BenchCaller, clientId: string, msg: string): Promise<void> {
  sum.calls++;
  if ((await caller.call(clientId, msg)) !== msg) sum.bad++;
}
