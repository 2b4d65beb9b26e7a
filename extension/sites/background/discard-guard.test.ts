import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FakeStorage } from '../../platform/fake-storage.ts';
import { DiscardGuard } from './discard-guard.ts';

let serving: number[];
let storage: FakeStorage;
const setDiscardable = vi.fn(async (_tabId: number, _discardable: boolean) => {});

let tabs: DiscardGuard;
beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
  storage = new FakeStorage();
  start();
});
afterEach(() => vi.useRealTimers());

function start() {
  tabs = new DiscardGuard({ storage, serving: () => serving, setDiscardable });
}

async function serve(...ids: number[]) {
  serving = ids;
  tabs.changed();
  await vi.runAllTimersAsync();
}

it('marks serving tabs as not discardable once, and unmarks them when they stop serving', async () => {
  await serve(1, 2);
  await serve(1, 2);
  await serve(2);
  expect(setDiscardable.mock.calls).toEqual([
    [1, false],
    [2, false],
    [1, true],
  ]);
});

it('unmarks only the tabs that an earlier background marked', async () => {
  await serve(1);
  start();
  await serve(1, 2);
  await serve();
  expect(setDiscardable.mock.calls).toEqual([
    [1, false],
    [2, false],
    [1, true],
    [2, true],
  ]);
});

it('tolerates a page that navigates away', async () => {
  await serve(1);
  serving = [];
  tabs.changed();
  await vi.advanceTimersByTimeAsync(500);
  await serve(1);
  expect(setDiscardable).toHaveBeenCalledTimes(1);
});

it('tolerates closed tabs', async () => {
  setDiscardable.mockRejectedValue(new Error('No tab with id: 1.'));
  await serve(1, 2);
  expect(setDiscardable).toHaveBeenCalledTimes(2);
});
