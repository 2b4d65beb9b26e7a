const STEP_MS = 100;

interface Meanwhile {
  /** Done whenever so much of the time has passed. */
  readonly again?: { everyMs: number; act(): void } | undefined;
  /** Counts what was heard: whenever there is more, all the time is there again. */
  readonly heard?: () => number;
}

/**
 * Calls `over` after so much time. The time is counted in steps: a process that was held up has read nothing
 * meanwhile, and must not take that for silence. @returns what ends it
 */
export function idleTimeout(ms: number, over: () => void, { again, heard = () => 0 }: Meanwhile = {}): () => void {
  let passed = 0;
  let before = heard();
  const timer = setInterval(() => {
    const now = heard();
    passed = now === before ? passed + STEP_MS : 0;
    before = now;
    if (passed >= ms) {
      clearInterval(timer);
      over();
    } else if (again && passed % again.everyMs === 0) again.act();
  }, STEP_MS);
  return () => clearInterval(timer);
}
