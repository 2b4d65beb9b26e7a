import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { setPunctualTimeout } from './punctual-timeout.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** The thread is busy, and no timer fires. */
function stall(ms: number): void {
  vi.setSystemTime(Date.now() + ms);
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
