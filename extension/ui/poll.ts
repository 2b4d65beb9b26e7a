/**
 * Calls `ask` now and again `everyMs` after each answer, while the page is visible. Returns a function that
 * stops it.
 */
export function poll<Answer>(
  ask: () => Promise<Answer>,
  everyMs: number,
  listener: (answer: Answer) => void,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;

  async function next(): Promise<void> {
    if (!document.hidden) {
      const answer = await ask();
      if (!stopped) listener(answer);
    }
    if (!stopped) timer = setTimeout(next, everyMs);
  }

  void next();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
