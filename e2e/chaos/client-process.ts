import { setTimeout as delay } from 'node:timers/promises';
import { CLOSE_CODE } from '../../shared/errors.ts';
import { type Executions, LoadClient } from '../load/load-client.ts';
import type { FromPack, PackOptions, Seat, ToPack } from './client-message.ts';

/** A separate process for clients, so that they can be frozen. They reconnect by themselves to the next node. */

const MAX_WAIT_MS = 500;

const { seats, authorities } = JSON.parse(process.argv[2] ?? '') as PackOptions;
const noting = new Map<number, () => void>();
let lastNote = 0;

const executions: Executions = {
  executed: ({ call }) => {
    const note = ++lastNote;
    tell({ t: 'executed', note, call });
    return new Promise((resolve) => noting.set(note, resolve));
  },
  fault: (what) => tell({ t: 'fault', what }),
};

process.on('message', ({ note }: ToPack) => {
  noting.get(note)?.();
  noting.delete(note);
});
// The parent process is gone.
process.on('disconnect', () => process.exit(0));

for (const [index, seat] of seats.entries()) void live(seat, index);

async function live(seat: Seat, home: number): Promise<never> {
  for (let node = home; ; node++) {
    const url = `ws://${authorities[node % authorities.length]}`;
    const client = new LoadClient({ ...seat, url, restless: true, history: executions });
    const code = await client.serve().then(
      () => client.closed,
      // The node or its link is down.
      () => undefined,
    );
    // It has one connection at a time, so nobody may replace it.
    if (code === CLOSE_CODE.replaced)
      executions.fault(`${seat.clientId} (${seat.instanceId}) was replaced without a reason`);
    await delay(Math.random() * MAX_WAIT_MS);
  }
}

function tell(message: FromPack): void {
  process.send?.(message);
}
