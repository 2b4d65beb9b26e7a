import type { Numbers } from './a-b.ts';
import { runLoad } from './load.ts';
import type { BenchCaller } from './peers.ts';
import type { PinnedProcess } from './pinned-process.ts';

export interface Setting {
  callers: number;
  /** Per caller. */
  inFlight: number;
  clients: number;
  /** Bytes of each message. */
  size?: number;
  ms?: number;
  connectCaller(url: string): Promise<BenchCaller>;
  connectClient(url: string, clientId: string): Promise<{ terminate(): void }>;
}

const WARM_UP_MS = 300;
const MS = 1_500;

/** Calls per second, and CPU time per call in µs. */
export async function measureLoad(target: PinnedProcess, setting: Setting): Promise<Numbers> {
  const { callers: count, inFlight, size = 64, ms = MS } = setting;
  const clientIds = Array.from({ length: setting.clients }, (_, index) => `client ${index}`);
  const clients = [];
  for (const clientId of clientIds) clients.push(await setting.connectClient(target.socketUrl, clientId));
  const callers: BenchCaller[] = [];
  for (let index = 0; index < count; index++) callers.push(await setting.connectCaller(target.socketUrl));
  try {
    await runLoad({ callers, clientIds, inFlight, ms: WARM_UP_MS, size });
    const before = await target.stats();
    const { calls, seconds } = await runLoad({ callers, clientIds, inFlight, ms, size });
    const { cpuMs } = await target.stats();
    return { perSecond: calls / seconds, cpuUs: ((cpuMs - before.cpuMs) * 1_000) / calls };
  } finally {
    for (const caller of callers) caller.close();
    for (const client of clients) client.terminate();
  }
}
