import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 50;
const TIMEOUT_MS = 60_000;

/** Polls another process until `holds`. Fails at once if `isOver`. */
export async function until(
  holds: () => Promise<boolean>,
  what: string,
  isOver: () => boolean = () => false,
): Promise<void> {
  const end = Date.now() + TIMEOUT_MS;
  while (!(await holds().catch(() => false))) {
    if (isOver() || Date.now() > end) throw new Error(`no ${what} in time`);
    await sleep(POLL_MS);
  }
}
