import type { RunningBrowser } from './running-browser.ts';

/** starting → running → waiting → starting → … → ended, when the signal is aborted. */
export type BrowserState =
  | { status: 'starting' }
  | { status: 'running'; pid: number; since: number }
  | { status: 'waiting'; reason: string; retryAt: number }
  | { status: 'ended' };

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
/** A browser that has run for so long starts the waits anew when it ends. */
const STEADY_MS = 60_000;

/** Keeps one browser running: starts it again when it ends, after waits that grow while it ends soon. */
export async function keepRunning(
  start: (signal: AbortSignal) => Promise<RunningBrowser>,
  signal: AbortSignal,
  tell: (state: BrowserState) => void,
): Promise<void> {
  let soonEnded = 0;
  while (!signal.aborted) {
    const startedAt = Date.now();
    tell({ status: 'starting' });
    const reason = await runOnce(start, signal, tell);
    if (signal.aborted) break;
    soonEnded = Date.now() - startedAt > STEADY_MS ? 0 : soonEnded + 1;
    const ms = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.max(0, soonEnded - 1));
    tell({ status: 'waiting', reason, retryAt: Date.now() + ms });
    await pause(ms, signal);
  }
  tell({ status: 'ended' });
}

/** Resolves with why it ended. */
async function runOnce(
  start: (signal: AbortSignal) => Promise<RunningBrowser>,
  signal: AbortSignal,
  tell: (state: BrowserState) => void,
): Promise<string> {
  try {
    const { pid, ended } = await start(signal);
    tell({ status: 'running', pid, since: Date.now() });
    return await ended;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Resolves after so long, or when the signal is aborted. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
