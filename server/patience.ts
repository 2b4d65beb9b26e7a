const STEP_MS = 100;

/**
 * Calls `over` after so much time, and `again` whenever so much of it has passed. The time is counted in steps: a process that was held up has read nothing
 * meanwhile, and must not take that for silence. @returns what ends it
 */
export function patience(ms: number, over: () => void, again?: { everyMs: number; act(): void }): () => void {
  let passed = 0;
  const timer = setInterval(() => {
    passed += STEP_MS;
    if (passed >= ms) {
      clearInterval(timer);
      over();
    } else if (again && passed % again.everyMs === 0) again.act();
  }, STEP_MS);
  return () => clearInterval(timer);
}
