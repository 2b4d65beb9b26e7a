import { setImmediate as turn } from 'node:timers/promises';
import type { Answer } from '../load/load-caller.ts';
import type { Plan } from '../load/plan.ts';
import type { Random } from '../load/random.ts';
import { SECOND_IN_BATCHES, SocketCaller } from '../load/socket-caller.ts';
import type { World } from './world.ts';

/** More calls than one connection may have in flight. */
const CALLS = 12_000;
/** Calls per tick. All links run through this process and must not be blocked for long. */
const SLICE = 200;
const TIMEOUT_MS = 30_000;
/** Delays of the client's answers, long enough for all calls to be in flight together. Slow machines need the longer ones. */
const KEPT_MS = [500, 3_000, 15_000];

/** Calls one client above its limit. The excess calls must be rejected and the others answered. */
export async function overload({ nodes, clients, calls }: World, random: Random): Promise<void> {
  const onStray = (what: string) => calls.history.fault(what);
  const url = random.pick(nodes).direct.socketUrl;
  const caller = await SocketCaller.connect({ url, dialect: SECOND_IN_BATCHES, onStray });
  const { clientId } = random.pick(clients.filter(({ protocol }) => protocol === 2));
  const refusedOf = async (plan: () => Plan) => {
    const asked: Promise<Answer | undefined>[] = [];
    while (asked.length < CALLS) {
      for (let call = 0; call < SLICE; call++) asked.push(calls.make(caller, plan()));
      await turn();
    }
    return (await Promise.all(asked)).filter((answer) => answer?.ok === false && answer.code === 'overloaded').length;
  };
  let refused = 0;
  for (const keptMs of KEPT_MS) if (refused === 0) refused = await refusedOf(() => planOf(clientId, keptMs));
  caller.close();
  if (refused === 0) calls.history.fault(`none of ${CALLS} concurrent calls was rejected`);
}

function planOf(clientId: string, keptMs: number): Plan {
  return {
    clientId,
    task: { act: 'answer', text: '', afterMs: keptMs },
    timeoutMs: TIMEOUT_MS,
    mayEnd: new Set(['ok', 'overloaded', 'timeout']),
  };
}
