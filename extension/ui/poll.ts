/** Asks at once, and again so long after each answer, while anybody looks at the page; returns how to stop it. */
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
