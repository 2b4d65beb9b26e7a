import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PublishWindow } from './publish-window.ts';

let answers: { resolve(): void; reject(error: Error): void }[];
let unconfirmed: PublishWindow;
const silent = vi.fn();
beforeEach(() => {
  vi.useFakeTimers();
  silent.mockClear();
  answers = [];
  const ask = () => new Promise<void>((resolve, reject) => answers.push({ resolve, reject }));
  unconfirmed = new PublishWindow({ ask, silent });
});
afterEach(() => void vi.useRealTimers());

const MIB = 1024 * 1024;
const answered = async () => {
  answers.shift()?.resolve();
  await vi.advanceTimersByTimeAsync(0);
};

it('confirms a batch of messages at once, and again only if more were published', async () => {
  for (let message = 0; message < 100; message++) unconfirmed.add(10);
  expect(answers).toHaveLength(0);
  vi.advanceTimersByTime(1_000);
  expect(answers).toHaveLength(1);
  unconfirmed.add(10);
  await answered();
  vi.advanceTimersByTime(1_000);
  expect(answers).toHaveLength(1);
  await answered();
  vi.advanceTimersByTime(60_000);
  expect(answers).toHaveLength(0);
});

it('confirms at once after many bytes', () => {
  unconfirmed.add(10);
  unconfirmed.add(2 * MIB);
  expect(answers).toHaveLength(1);
  vi.advanceTimersByTime(1_000);
  expect(answers).toHaveLength(1);
});

it('is full past 64 MiB, until the server confirms some', async () => {
  for (let count = 0; count < 64; count++) unconfirmed.add(MIB);
  expect(unconfirmed.isFull).toBe(false);
  unconfirmed.add(1);
  expect(unconfirmed.isFull).toBe(true);
  // Requested after the second message.
  await answered();
  expect(unconfirmed.isFull).toBe(false);
});

it('reports a server that does not answer, unless it was closed', async () => {
  unconfirmed.add(2 * MIB);
  answers.shift()?.reject(new Error('silent'));
  await vi.advanceTimersByTimeAsync(0);
  expect(silent).toHaveBeenCalledOnce();
});

it('requests no confirmation once closed', async () => {
  unconfirmed.add(10);
  unconfirmed.end();
  unconfirmed.add(2 * MIB);
  vi.advanceTimersByTime(1_000);
  expect(answers).toHaveLength(0);
});
