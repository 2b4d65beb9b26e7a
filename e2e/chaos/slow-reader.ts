import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { CLOSE_CODE } from '../../shared/errors.ts';
import type { Plan } from '../load/plan.ts';
import type { Random } from '../load/random.ts';
import { SECOND, SocketCaller } from '../load/socket-caller.ts';
import type { World } from './world.ts';

/** Together more than a relay keeps for anybody. */
const CALLS = 80;
const TEXT = 'x'.repeat(4_000_000);
const AT_ONCE = 4;
const LOOK_MS = 20;

/** Asks for much and reads none of it, until the relay has had enough of that. */
export async function readSlowly({ nodes, clients, calls }: World, random: Random): Promise<void> {
  const onStray = (what: string) => calls.history.fault(what);
  const url = random.pick(nodes).direct.socketUrl;
  const caller = await SocketCaller.connect({ url, dialect: SECOND, onStray });
  const { clientId } = random.pick(clients.filter(({ protocol }) => protocol === 2));
  const plan = (): Plan => ({
    clientId,
    task: { act: 'answer', text: TEXT, afterMs: 0 },
    timeoutMs: 30_000,
    mayEnd: new Set(['ok', 'relay_disconnected', 'overloaded', 'timeout']),
  });
  const closed = once(caller.socket, 'close');
  caller.socket.pause();
  const asked: Promise<unknown>[] = [];
  // A few at a time, so that what is asked for does not pile up anywhere else.
  for (let count = 0; count < CALLS && caller.socket.readyState === caller.socket.OPEN; count += AT_ONCE) {
    asked.push(...Array.from({ length: AT_ONCE }, () => calls.make(caller, plan())));
    while (caller.socket.bufferedAmount > 0 && caller.socket.readyState === caller.socket.OPEN) await delay(LOOK_MS);
  }
  caller.socket.resume();
  await Promise.all(asked);
  const [code] = await closed;
  if (code !== CLOSE_CODE.overloaded) calls.history.fault(`a slow reader was closed with ${code}`);
}
