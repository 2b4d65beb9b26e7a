import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { poll } from './poll.ts';

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('document', { hidden: false });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('asks at once, and again a fixed time after each answer', async () => {
  const heard: number[] = [];
  let count = 0;
  const stop = poll(
    async () => ++count,
    1_000,
    (answer) => heard.push(answer),
  );
  await vi.advanceTimersByTimeAsync(0);
  expect(heard).toEqual([1]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(heard).toEqual([1, 2]);
  stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(heard).toEqual([1, 2]);
});

it('does not ask while the page is hidden', async () => {
  vi.stubGlobal('document', { hidden: true });
  const ask = vi.fn(async () => 1);
  const stop = poll(ask, 1_000, () => {});
  await vi.advanceTimersByTimeAsync(5_000);
  expect(ask).not.toHaveBeenCalled();
  vi.stubGlobal('document', { hidden: false });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(ask).toHaveBeenCalledTimes(1);
  stop();
});
