import { expect, it, vi } from 'vitest';
import { FakeStorage } from '../../../platform/fake-storage.ts';
import { MemoryCache } from './memory-cache.ts';

const MINUTE_MS = 60_000;

function remember(stored: Record<string, unknown> = {}) {
  let now = 1_000_000;
  const throwOut = vi.fn(async () => {});
  const storage = new FakeStorage();
  storage.items = stored;
  const start = (captures = 'a') =>
    new MemoryCache({ storage, evictAll: throwOut, captures: () => captures }, () => now);
  const wait = (minutes: number) => {
    now += minutes * MINUTE_MS;
  };
  return { throwOut, start, wait };
}

it('is cleared once at the start, and once after each use', async () => {
  const { throwOut, start } = remember();
  const memory = start();
  await memory.evictIfUsed();
  await memory.evictIfUsed();
  expect(throwOut).toHaveBeenCalledOnce();
  expect(await memory.mayUse()).toBe(true);
  expect(await memory.mayUse()).toBe(true);
  await memory.evictIfUsed();
  await memory.evictIfUsed();
  expect(throwOut).toHaveBeenCalledTimes(2);
});

it('is cleared if it was used before a restart of the background', async () => {
  const { throwOut, start } = remember();
  await start().evictIfUsed();
  await start().evictIfUsed();
  expect(throwOut).toHaveBeenCalledOnce();
  await start().mayUse();
  await start().evictIfUsed();
  expect(throwOut).toHaveBeenCalledTimes(2);
});

it('is not used after 20 clears in ten minutes, which is the limit of the browser', async () => {
  const { throwOut, start, wait } = remember({ rendererMemory: { captures: 'a', isUsed: false, clearedAt: [] } });
  for (let count = 0; count < 20; count++) {
    expect(await start().mayUse()).toBe(true);
    await start().evictIfUsed();
  }
  expect(throwOut).toHaveBeenCalledTimes(20);
  wait(9);
  expect(await start().mayUse()).toBe(false);
  await start().evictIfUsed();
  expect(throwOut).toHaveBeenCalledTimes(20);
  wait(2);
  expect(await start().mayUse()).toBe(true);
  await start().evictIfUsed();
  expect(throwOut).toHaveBeenCalledTimes(21);
});

it('is cleared if captures have changed since the last clear', async () => {
  const { throwOut, start } = remember();
  await start().evictIfUsed();
  await start('b').evictIfUsed();
  await start('b').evictIfUsed();
  expect(throwOut).toHaveBeenCalledTimes(2);
});

it('ignores an invalid stored state', async () => {
  const { throwOut, start } = remember({ rendererMemory: { isUsed: 'yes' } });
  await start().evictIfUsed();
  expect(throwOut).toHaveBeenCalledOnce();
});
