import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ToFinder } from '../../search-messages.ts';
import type { SearchesDeps } from './searches.ts';
import { TabSearch } from './tab-search.ts';

let frameIds: number[];
let shown: ToFinder[];
let search: TabSearch;
const inject = vi.fn(async () => {});
const viewer = { postMessage: (message: ToFinder) => void shown.push(message) };

beforeEach(() => {
  vi.useFakeTimers();
  inject.mockClear();
  frameIds = [];
  shown = [];
  search = new TabSearch(7, {
    inject,
    explainTab: async () => 'no page of this site',
    // As far as a search looks at them.
    bridges: { ofTab: () => frameIds.map((frameId) => ({ frameId })) },
  } as unknown as SearchesDeps);
  search.watchedBy(viewer);
});
afterEach(() => void vi.useRealTimers());

const state = () => {
  const last = shown.at(-1);
  return last && 'view' in last ? last.view.state : undefined;
};

it('waits a moment for the page of a site that has just been enabled', async () => {
  const done = search.obey({ kind: 'search' }, viewer);
  await vi.advanceTimersByTimeAsync(500);
  expect([state(), inject.mock.calls]).toEqual(['searching', []]);
  frameIds = [0];
  search.reached();
  await done;
  expect(inject).toHaveBeenCalledExactlyOnceWith(7, [0]);
  expect(state()).toBe('searching');
});

it('says why it finds nothing where no page comes', async () => {
  const done = search.obey({ kind: 'search' }, viewer);
  await vi.advanceTimersByTimeAsync(5_000);
  await done;
  expect([state(), inject.mock.calls]).toEqual(['unreachable', []]);
});

it('begins nothing once it is closed', async () => {
  const done = search.obey({ kind: 'search' }, viewer);
  await search.obey({ kind: 'close' }, viewer);
  frameIds = [0];
  search.reached();
  await done;
  expect([state(), inject.mock.calls]).toEqual(['idle', []]);
});
