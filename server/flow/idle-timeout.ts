const STEP_MS = 100;

interface Meanwhile {
  /** Repeated at this interval until the timeout. */
  readonly again?: { everyMs: number; act(): void } | undefined;
  /** A count of what was received. Any change restarts the timeout. */
  readonly bytesSeen?: () => number;
}

/**
 * Calls `over` after `ms` of silence. Counts time in steps: a process that was blocked has read nothing meanwhile,
 * and must not take that for silence. @returns a function that stops the timeout
 */
export function idleTimeout(ms: number, over: () => void, { again, bytesSeen = () => 0 }: Meanwhile = {}): () => void {
  let passed = 0;
  let before = bytesSeen();
  const timer = setInterval(() => {
    const now = bytesSeen();
    passed = now === before ? passed + STEP_MS : 0;
    before = now;
    if (passed >= ms) {
      clearInterval(timer);
      over();
    } else if (again && passed % again.everyMs === 0) again.act();
  }, STEP_MS);
  return () => clearInterval(timer);
}
