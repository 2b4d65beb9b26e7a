import type { RunningBrowser } from './running-browser.ts';

/** starting → running → waiting → starting → … → ended when the signal aborts. */
export type BrowserState =
  | { status: 'starting' }
  | { status: 'running'; pid: number; since: number }
  | { status: 'waiting'; reason: string; retryAt: number }
  | { status: 'ended' };

const MIN_RESTART_DELAY_MS = 1_000;
const MAX_RESTART_DELAY_MS = 30_000;
/** A browser that ran longer than this resets the restart delay. */
const STABLE_MS = 60_000;

/** Restarts a browser whenever it exits, with delays that double while it exits early. */
export async function keepRunning(
  start: (signal: AbortSignal) => Promise<RunningBrowser>,
  signal: AbortSignal,
  onState: (state: BrowserState) => void,
): Promise<void> {
  let earlyExits = 0;
  while (!signal.aborted) {
    const startedAt = performance.now();
    onState({ status: 'starting' });
    const reason = await runOnce(start, signal, onState);
    if (signal.aborted) break;
    earlyExits = performance.now() - startedAt > STABLE_MS ? 0 : earlyExits + 1;
    const ms = Math.min(MAX_RESTART_DELAY_MS, MIN_RESTART_DELAY_MS * 2 ** Math.max(0, earlyExits - 1));
    onState({ status: 'waiting', reason, retryAt: Date.now() + ms });
    await pause(ms, signal);
  }
  onState({ status: 'ended' });
}

/** Resolves with the reason of its end. */
async function runOnce(
  start: (signal: AbortSignal) => Promise<RunningBrowser>,
  signal: AbortSignal,
  onState: (state: BrowserState) => void,
): Promise<string> {
  try {
    const { pid, ended } = await start(signal);
    onState({ status: 'running', pid, since: Date.now() });
    return await ended;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Resolves after `ms`, or when the signal aborts. */
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
