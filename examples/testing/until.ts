import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 50;
const PATIENCE_MS = 60_000;

/** Waits for another process, which can't be awaited: until `holds`; at once an error where `isOver` (it has ended). */
export async function until(
  holds: () => Promise<boolean>,
  what: string,
  isOver: () => boolean = () => false,
): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!(await holds().catch(() => false))) {
    if (isOver() || Date.now() > end) throw new Error(`there is no ${what}`);
    await sleep(POLL_MS);
  }
}
