import { measureLoad, type Setting } from '../measure-load.ts';
import { firstCaller, firstClient } from '../peers.ts';
import { PinnedProcess } from '../pinned-process.ts';
import type { Row } from '../report.ts';

const CALLERS = [1, 10, 100, 1_000];
const CLIENTS = [1, 100, 10_000];
const IN_FLIGHT = 256;

/** CPU time per call with more callers and more clients. Linear growth would make each step 10 to 100 times dearer. */
export async function measureGrowth(): Promise<Row[]> {
  const peers = { connectCaller: firstCaller, connectClient: firstClient };
  const callers = CALLERS.map((count) => ({ name: `${count} callers`, setting: { callers: count, clients: 4 } }));
  const clients = CLIENTS.map((count) => ({ name: `${count} clients`, setting: { callers: 8, clients: count } }));
  return [...(await series(callers, peers)), ...(await series(clients, peers))];
}

async function series(
  steps: readonly { name: string; setting: Pick<Setting, 'callers' | 'clients'> }[],
  peers: Pick<Setting, 'connectCaller' | 'connectClient'>,
): Promise<Row[]> {
  const rows: Row[] = [];
  let before: { value: number; peers: number } | undefined;
  for (const { name, setting } of steps) {
    const relay = await PinnedProcess.relay();
    const inFlight = Math.max(1, Math.round(IN_FLIGHT / setting.callers));
    const { perSecond, cpuUs } = await measureLoad(relay, { ...setting, ...peers, inFlight });
    await relay.stop();
    const value = Number(cpuUs);
    const count = setting.callers * setting.clients;
    const factor = before && count / before.peers;
    rows.push({
      section: 'growth',
      name: `CPU time per call, ${name}`,
      value,
      unit: 'µs',
      ...(before &&
        factor && {
          baseline: { name: 'previous step', value: before.value },
          goal: { text: `< ${factor} × the previous step`, met: value < factor * before.value },
        }),
    });
    rows.push({ section: 'growth', name: `calls, ${name}`, value: Number(perSecond), unit: '/s' });
    before = { value, peers: count };
  }
  return rows;
}
