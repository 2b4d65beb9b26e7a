import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { DiscardGuard } from './discard-guard.ts';

let serving: number[];
let stored: Record<string, unknown>;
const setDiscardable = vi.fn(async (_tabId: number, _discardable: boolean) => {});
const storage = {
  get: async () => structuredClone(stored),
  set: async (items: Record<string, unknown>) => void Object.assign(stored, structuredClone(items)),
};

let tabs: DiscardGuard;
beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
  stored = {};
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

it('asks that tabs that serve are kept, once, and takes it back when they do no more', async () => {
  await serve(1, 2);
  await serve(1, 2);
  await serve(2);
  expect(setDiscardable.mock.calls).toEqual([
    [1, false],
    [2, false],
    [1, true],
  ]);
});

it('takes back what an earlier life of this background had asked for, and nothing else', async () => {
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

it('does not mind a page that is left for another', async () => {
  await serve(1);
  serving = [];
  tabs.changed();
  await vi.advanceTimersByTimeAsync(500);
  await serve(1);
  expect(setDiscardable).toHaveBeenCalledTimes(1);
});

it('does not mind tabs that have gone', async () => {
  setDiscardable.mockRejectedValue(new Error('No tab with id: 1.'));
  await serve(1, 2);
  expect(setDiscardable).toHaveBeenCalledTimes(2);
});
