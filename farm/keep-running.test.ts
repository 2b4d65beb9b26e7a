import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type BrowserState, keepRunning } from './keep-running.ts';
import type { RunningBrowser } from './running-browser.ts';

let states: BrowserState[];
let end: (why: string) => void;
let stop: AbortController;
const runs = async (): Promise<RunningBrowser> => ({
  pid: 7,
  ended: new Promise((resolve) => {
    end = resolve;
  }),
});
const start = vi.fn(runs);
beforeEach(() => {
  vi.useFakeTimers();
  start.mockReset();
  start.mockImplementation(runs);
  states = [];
  stop = new AbortController();
});
afterEach(() => vi.useRealTimers());

const run = () => keepRunning(start, stop.signal, (state) => states.push(state));
const wait = () => {
  const last = states.at(-1);
  return last?.status === 'waiting' ? last.retryAt - Date.now() : undefined;
};

it('restarts a browser and reports why it ended', async () => {
  void run();
  await vi.advanceTimersByTimeAsync(0);
  expect(states).toMatchObject([{ status: 'starting' }, { status: 'running', pid: 7 }]);
  end('ended with SIGKILL');
  await vi.advanceTimersByTimeAsync(0);
  expect(states.at(-1)).toMatchObject({ status: 'waiting', reason: 'ended with SIGKILL' });
  expect(wait()).toBe(1_000);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(states.at(-1)).toMatchObject({ status: 'running' });
});

it('doubles the delay up to half a minute while the browser fails to start', async () => {
  start.mockRejectedValue(new Error('no display'));
  void run();
  const seen: (number | undefined)[] = [];
  for (let round = 0; round < 7; round++) {
    await vi.advanceTimersByTimeAsync(0);
    expect(states.at(-1)).toMatchObject({ status: 'waiting', reason: 'no display' });
    seen.push(wait());
    await vi.advanceTimersByTimeAsync(wait() ?? 0);
  }
  expect(seen).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  stop.abort();
});

it('resets the delay after a long run', async () => {
  void run();
  const seen: (number | undefined)[] = [];
  for (const minutes of [0, 0, 2]) {
    await vi.advanceTimersByTimeAsync(minutes * 60_000);
    end('ended');
    await vi.advanceTimersByTimeAsync(0);
    seen.push(wait());
    await vi.advanceTimersByTimeAsync(wait() ?? 0);
  }
  expect(seen).toEqual([1_000, 2_000, 1_000]);
  stop.abort();
});

it('ends at once when the signal aborts, also during a delay', async () => {
  const ended = run();
  await vi.advanceTimersByTimeAsync(0);
  end('ended');
  await vi.advanceTimersByTimeAsync(0);
  stop.abort();
  await ended;
  expect(states.at(-1)).toEqual({ status: 'ended' });
  expect(start).toHaveBeenCalledTimes(1);
});
