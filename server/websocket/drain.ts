import { CLOSE_CODE, DRAINED_REASON } from '../../shared/errors.ts';

/** How often connections are checked for calls in flight. */
const CHECK_MS = 20;
/**
 * Time between two connections, so that at most a thousand reconnect in a second; less if there are too many.
 */
const EACH_MS = 1;

/** A connection that is handed over. */
interface Leaving {
  /** From now on it accepts nothing new. */
  leave(): void;
  /** Whether no call is in flight. */
  readonly isIdle: boolean;
  close(code: number, reason: string): void;
}

/**
 * Hands connections over to other nodes, one after the other, so that they do not all arrive there at once.
 * Each accepts nothing new, finishes its calls, and is then closed with 1012. Those with calls in flight at
 * the end of the time stay open.
 */
export async function drain(connections: Iterable<Leaving>, withinMs: number): Promise<void> {
  const waiting = [...connections];
  // A third of the time to leave, so that the last one has two thirds to finish its calls.
  const spreadMs = Math.min(withinMs / 3, waiting.length * EACH_MS);
  const started = performance.now();
  const count = waiting.length;
  let leaving = new Set<Leaving>();
  for (let passed = 0; passed < withinMs; passed = performance.now() - started) {
    const due = spreadMs === 0 ? count : Math.ceil((count * (passed + CHECK_MS)) / spreadMs);
    for (const connection of waiting.splice(0, due - (count - waiting.length))) {
      connection.leave();
      leaving.add(connection);
    }
    leaving = closeIdle(leaving);
    if (waiting.length === 0 && leaving.size === 0) return;
    await new Promise((resolve) => setTimeout(resolve, CHECK_MS));
  }
}

/** @returns those with calls in flight */
function closeIdle(leaving: ReadonlySet<Leaving>): Set<Leaving> {
  const busy = new Set<Leaving>();
  for (const connection of leaving) {
    if (connection.isIdle) connection.close(CLOSE_CODE.restart, DRAINED_REASON);
    else busy.add(connection);
  }
  return busy;
}
