import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { idleTimeout } from './idle-timeout.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('expires after its time, and sends reminders until then', () => {
  const [over, act] = [vi.fn(), vi.fn()];
  idleTimeout(1_000, over, { again: { everyMs: 300, act } });
  vi.advanceTimersByTime(999);
  expect(over).not.toHaveBeenCalled();
  expect(act).toHaveBeenCalledTimes(3);
  vi.advanceTimersByTime(10_000);
  expect(over).toHaveBeenCalledOnce();
  expect(act).toHaveBeenCalledTimes(3);
});

it('restarts on each received message', () => {
  const over = vi.fn();
  let bytesSeen = 0;
  idleTimeout(1_000, over, { bytesSeen: () => bytesSeen });
  for (bytesSeen = 1; bytesSeen <= 10; bytesSeen++) vi.advanceTimersByTime(900);
  expect(over).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1_100);
  expect(over).toHaveBeenCalledOnce();
});

it('ends when stopped', () => {
  const over = vi.fn();
  idleTimeout(1_000, over)();
  vi.advanceTimersByTime(10_000);
  expect(over).not.toHaveBeenCalled();
});

it('does not count time in which the process was blocked', async () => {
  vi.useRealTimers();
  let isOver = false;
  const end = idleTimeout(500, () => {
    isOver = true;
  });
  const until = performance.now() + 700;
  while (performance.now() < until);
  await delay(1);
  await turn();
  expect(isOver).toBe(false);
  end();
});
