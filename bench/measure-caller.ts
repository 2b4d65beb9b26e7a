import { type Numbers, quantile } from './a-b.ts';
import { runLoad, sum } from './load.ts';
import type { BenchCaller } from './peers.ts';

/** Page functions are much slower than the relay, so few calls suffice. */
const ONE_AT_A_TIME = 300;
const WARM_UP_MS = 500;
const MS = 1_500;

/** Calls per second with many in flight, and the latency of single calls. */
export async function measureCaller(caller: BenchCaller, clientId: string, inFlight: number): Promise<Numbers> {
  const options = { callers: [caller], clientIds: [clientId], size: 64, inFlight };
  await runLoad({ ...options, ms: WARM_UP_MS });
  const { calls, seconds } = await runLoad({ ...options, ms: MS });
  const took: number[] = [];
  for (let call = 0; call < ONE_AT_A_TIME; call++) {
    const startedAt = performance.now();
    const value = await caller.call(clientId, `message ${call}`);
    took.push(performance.now() - startedAt);
    sum.calls++;
    if (value !== `message ${call}`) sum.bad++;
  }
  return { perSecond: calls / seconds, p50: quantile(took, 0.5) };
}
