import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ToFinder } from '../../search-messages.ts';
import { SearchedFrame } from './searched-frame.ts';
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
  void search.reached(0);
  await done;
  expect(inject).toHaveBeenCalledExactlyOnceWith(7, 0, 'once-loaded');
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
  void search.reached(0);
  await done;
  expect([state(), inject.mock.calls]).toEqual(['idle', []]);
});

describe('once it has begun', () => {
  let frame: SearchedFrame;

  beforeEach(async () => {
    frameIds = [0];
    await search.obey({ kind: 'search' }, viewer);
    frame = new SearchedFrame({ postMessage: () => {}, disconnect: () => {} }, 0, async () => []);
    search.add(frame);
    inject.mockClear();
  });

  it('takes in a frame that comes later', async () => {
    await search.reached(3);
    expect(inject).toHaveBeenCalledExactlyOnceWith(7, 3, 'once-loaded');
  });

  it('leaves a late frame alone once it is closed', async () => {
    await search.obey({ kind: 'close' }, viewer);
    await search.reached(3);
    expect(inject).not.toHaveBeenCalled();
  });

  it('goes on waiting for a page where the end of the one before is heard late', async () => {
    frameIds = [];
    const done = search.obey({ kind: 'search' }, viewer);
    search.lost(frame);
    frameIds = [0];
    await search.reached(0);
    await done;
    expect(inject).toHaveBeenCalledExactlyOnceWith(7, 0, 'once-loaded');
  });

  it('can begin anew where the page was reloaded', async () => {
    search.lost(frame);
    await search.reached(0);
    expect([state(), inject.mock.calls]).toEqual(['idle', []]);
  });
});
