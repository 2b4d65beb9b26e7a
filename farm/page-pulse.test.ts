import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PagePulse } from './page-pulse.ts';

let told: number[];
let answers: (() => void)[];
let pulse: PagePulse;
beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  answers = [];
  const ask = () => new Promise<void>((resolve) => answers.push(resolve));
  pulse = new PagePulse(ask, (silent) => told.push(silent));
});
afterEach(() => {
  pulse.stop();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const answer = () => {
  answers.shift()?.();
  return vi.advanceTimersByTimeAsync(0);
};

it('reports a page that stops answering, and its recovery', async () => {
  pulse.add('a');
  await vi.advanceTimersByTimeAsync(9_999);
  expect(told).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(told).toEqual([1]);
  await answer();
  expect(told).toEqual([1, 0]);
});

it('probes a page repeatedly, one probe at a time', async () => {
  pulse.add('a');
  pulse.add('a');
  expect(answers).toHaveLength(1);
  await answer();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(answers).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(answers).toHaveLength(1);
  expect(told).toEqual([1]);
});

it('counts an error as an answer', async () => {
  pulse = new PagePulse(
    () => Promise.reject(new Error('it is being loaded')),
    (silent) => told.push(silent),
  );
  pulse.add('a');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(told).toEqual([]);
});

it('removes a page that is gone', async () => {
  pulse.add('a');
  pulse.add('b');
  await vi.advanceTimersByTimeAsync(10_000);
  pulse.remove('a');
  pulse.remove('a');
  expect(told).toEqual([1, 2, 1]);
  await answer();
  expect(told).toEqual([1, 2, 1]);
});
