import { aB } from '../a-b.ts';
import { measureLoad, type Setting } from '../measure-load.ts';
import { firstCaller, firstClient, sdkCaller, secondClient } from '../peers.ts';
import { PinnedProcess } from '../pinned-process.ts';
import type { Row } from '../report.ts';

const PLAIN: Setting = { callers: 8, inFlight: 32, clients: 4, connectCaller: firstCaller, connectClient: firstClient };
const BATCHED: Setting = { ...PLAIN, connectCaller: sdkCaller, connectClient: secondClient };

/** Plain frames compared with the bare relay, and batches compared with plain frames. */
export async function measureRelay(rounds: number): Promise<Row[]> {
  const [relay, bare] = [await PinnedProcess.relay(), await PinnedProcess.bare()];
  const { plain, least, batched } = await aB(rounds, {
    plain: () => measureLoad(relay, PLAIN),
    least: () => measureLoad(bare, PLAIN),
    batched: () => measureLoad(relay, BATCHED),
  });
  await Promise.all([relay.stop(), bare.stop()]);
  const perCore = (cpuUs = Number.NaN) => 1_000_000 / cpuUs;
  const ratio = Number(plain.cpuUs) / Number(least.cpuUs);
  const gain = perCore(batched.cpuUs) / perCore(plain.cpuUs);
  return [
    {
      section: 'plain frames',
      name: 'CPU time per call',
      value: Number(plain.cpuUs),
      unit: 'µs',
      baseline: { name: 'bare', value: Number(least.cpuUs) },
      goal: { text: '≤ 0.8 × bare', met: ratio <= 0.8 },
    },
    {
      section: 'plain frames',
      name: 'measured calls',
      value: Number(plain.perSecond),
      unit: '/s',
      baseline: { name: 'bare', value: Number(least.perSecond) },
    },
    {
      section: 'batched',
      name: 'calls per core',
      value: perCore(batched.cpuUs),
      unit: '/s',
      goal: { text: '≥ 100,000/s', met: perCore(batched.cpuUs) >= 100_000 },
    },
    {
      section: 'batched',
      name: 'calls per core, compared with plain frames',
      value: perCore(batched.cpuUs),
      unit: '/s',
      baseline: { name: 'plain', value: perCore(plain.cpuUs) },
      goal: { text: '≥ 5 × plain', met: gain >= 5 },
    },
    { section: 'batched', name: 'measured calls', value: Number(batched.perSecond), unit: '/s' },
  ];
}
