import { setTimeout as delay } from 'node:timers/promises';
import { metricOf } from '../../server/metrics/metric-of.ts';
import type { Answer } from '../load/load-caller.ts';
import type { Plan } from '../load/plan.ts';
import type { Random } from '../load/random.ts';
import { SECOND, SocketCaller } from '../load/socket-caller.ts';
import { MAX_UNREAD } from './chaos-node.ts';
import type { World } from './world.ts';

/** More than the relay and the operating system buffer together. */
const CALLS = 60;
const TIMES = 1_000_000;
/** Long enough that all calls of a burst are sent before the first answer. */
const RUSH_MS = 500;
const EACH_MS = 20;
const LOOK_MS = 50;
const LOOKS = 200;
/** The relay's limit plus room for what one tick adds. */
const MAX_BACKLOG = 6 * MAX_UNREAD;

/**
 * Calls for large answers and reads none. After a burst of calls its connection is closed, because accepted calls can't be
 * rejected. Sequential calls are rejected instead. Timing decides which happens, so don't wait for the close.
 */
export async function readSlowly({ nodes, clients, calls }: World, random: Random): Promise<void> {
  const onStray = (what: string) => calls.history.fault(what);
  const { url, socketUrl } = random.pick(nodes).direct;
  const cut = () => metricOf(url, 'pagewire_slow_readers_total', { door: 'websocket' });
  const refused = () => metricOf(url, 'pagewire_calls_total', { door: 'websocket_2', outcome: 'overloaded' });
  const [cutBefore, refusedBefore] = [await cut(), await refused()];
  const caller = await SocketCaller.connect({ url: socketUrl, dialect: SECOND, onStray });
  caller.pause();
  const afterMs = random.chance(50) ? RUSH_MS : 0;
  const plan = planOf(random.pick(clients.filter(({ protocol }) => protocol === 2)).clientId, afterMs);
  const asked: Promise<Answer | undefined>[] = [];
  for (let call = 0; call < CALLS; call++) {
    asked.push(calls.make(caller, plan()));
    if (afterMs === 0) await delay(EACH_MS);
  }
  let isFound = false;
  for (let look = 0; look < LOOKS && !isFound; look++) {
    await delay(LOOK_MS);
    const unread = await metricOf(url, 'pagewire_unsent_bytes_worst', {});
    if (unread > MAX_BACKLOG) calls.history.fault(`${unread} bytes waited for a slow reader`);
    isFound = (await cut()) > cutBefore || (await refused()) > refusedBefore;
  }
  if (!isFound) calls.history.fault('a caller that reads nothing was neither rejected nor closed');
  caller.resume();
  await Promise.all(asked);
  caller.close();
}

function planOf(clientId: string, afterMs: number): () => Plan {
  return () => ({
    clientId,
    task: { act: 'answer', text: 'x', times: TIMES, afterMs },
    timeoutMs: 30_000,
    // Unanswered calls are cancelled and reported before the close.
    mayEnd: new Set(['ok', 'overloaded', 'cancelled', 'relay_disconnected']),
  });
}
