import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { setPunctualTimeout } from './punctual-timeout.ts';

let busyMs: number;
beforeEach(() => {
  vi.useFakeTimers();
  busyMs = 0;
  const now = performance.now.bind(performance);
  vi.spyOn(performance, 'now').mockImplementation(() => now() + busyMs);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** The thread is busy, and no timer fires. */
function stall(ms: number): void {
  busyMs += ms;
}

it('runs on time on a free thread', () => {
  const run = vi.fn();
  setPunctualTimeout(run, 1_000);
  vi.advanceTimersByTime(999);
  expect(run).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(run).toHaveBeenCalledOnce();
});

it('lets queued tasks run first if the thread was busy when it was due', () => {
  const run = vi.fn();
  setPunctualTimeout(run, 1_000);
  stall(9_000);
  vi.advanceTimersByTime(1_000);
  expect(run).not.toHaveBeenCalled();
  stall(500);
  vi.advanceTimersByTime(100);
  expect(run).not.toHaveBeenCalled();
  vi.advanceTimersByTime(100);
  expect(run).toHaveBeenCalledOnce();
});

it('runs in the end on a thread that is never free', () => {
  const run = vi.fn();
  setPunctualTimeout(run, 1_000);
  for (let turn = 0; turn < 30; turn++) {
    stall(5_000);
    vi.advanceTimersToNextTimer();
  }
  expect(run).toHaveBeenCalledOnce();
});

it('can be cleared, also between two attempts', () => {
  const run = vi.fn();
  const end = setPunctualTimeout(run, 1_000);
  stall(9_000);
  vi.advanceTimersByTime(1_000);
  end();
  vi.advanceTimersByTime(10_000);
  expect(run).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});

it.each([3_600_000, -3_600_000])('runs on time where the clock of the machine is changed by %i ms', (ms) => {
  const run = vi.fn();
  setPunctualTimeout(run, 1_000);
  vi.setSystemTime(Date.now() + ms);
  vi.advanceTimersByTime(1_000);
  expect(run).toHaveBeenCalledOnce();
});
