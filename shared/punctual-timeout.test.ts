import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { setPunctualTimeout } from './punctual-timeout.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** The thread does something else, and nothing fires. */
function stall(ms: number): void {
  vi.setSystemTime(Date.now() + ms);
}

it('runs in time where the thread is free', () => {
  const run = vi.fn();
  setPunctualTimeout(run, 1_000);
  vi.advanceTimersByTime(999);
  expect(run).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(run).toHaveBeenCalledOnce();
});

it('lets what was queued go first where the thread was busy when its time came', () => {
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

it('runs in the end where the thread is never free', () => {
  const run = vi.fn();
  setPunctualTimeout(run, 1_000);
  for (let turn = 0; turn < 30; turn++) {
    stall(5_000);
    vi.advanceTimersToNextTimer();
  }
  expect(run).toHaveBeenCalledOnce();
});

it('can be ended, also between two attempts', () => {
  const run = vi.fn();
  const end = setPunctualTimeout(run, 1_000);
  stall(9_000);
  vi.advanceTimersByTime(1_000);
  end();
  vi.advanceTimersByTime(10_000);
  expect(run).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});
