import { beforeEach, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { FakeStorage } from './fake-storage.ts';
import { StoredItem } from './stored-item.ts';

let storage: FakeStorage;
let item: StoredItem<number>;
beforeEach(() => {
  storage = new FakeStorage();
  item = new StoredItem(storage, 'count', z.number());
});

it('creates a first value once', async () => {
  expect(await item.getOrCreate(() => 1)).toBe(1);
  expect(await item.getOrCreate(() => 2)).toBe(1);
});

it('takes what its schema refuses for nothing, and hands it out as it is', async () => {
  storage.items = { count: 'many' };
  expect(await item.read()).toEqual({ value: undefined, stored: 'many' });
  expect(await item.getOrCreate(() => 0)).toBe(0);
});

it('tells of its own changes until it is stopped', async () => {
  const listener = vi.fn();
  const stop = item.onChange(listener);
  await item.set(3);
  await storage.set({ other: 4, count: 'many' });
  await storage.set({ other: 5 });
  await item.remove();
  stop();
  await item.set(6);
  expect(listener.mock.calls).toEqual([[3], [undefined], [undefined]]);
});
