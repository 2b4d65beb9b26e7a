import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ToFinder } from '../search-messages.ts';
import { SearchedFrame } from './searched-frame.ts';
import type { SearchesDeps } from './searches.ts';
import { TabSearch } from './tab-search.ts';

/** Of each frame. */
const SITES = [
  { scheme: 'https', host: 'shop.test', port: '' },
  { scheme: 'https', host: 'pay.test', port: '' },
];
const VIEW = { state: 'done', looked: 1, functions: 1, matching: 1, calls: [] };
const CANDIDATE = { path: 'sign', parameters: 0, source: '', score: 1, reasons: [], isWatchable: true };

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
    // Only the part that a search uses.
    bridges: { ofTab: () => frameIds.map((frameId) => ({ frameId, sites: [{ pattern: SITES[frameId] }] })) },
  } as unknown as SearchesDeps);
  search.addViewer(viewer);
});
afterEach(() => void vi.useRealTimers());

const state = () => {
  const last = shown.at(-1);
  return last && 'view' in last ? last.view.state : undefined;
};

it('waits a moment for the page of a site that has just been enabled', async () => {
  const done = search.onRequest({ kind: 'search' }, viewer);
  await vi.advanceTimersByTimeAsync(500);
  expect([state(), inject.mock.calls]).toEqual(['searching', []]);
  frameIds = [0];
  void search.onBridge(0);
  await done;
  expect(inject).toHaveBeenCalledExactlyOnceWith(7, 0, 'once-loaded');
  expect(state()).toBe('searching');
});

it('reports why it finds nothing if no page connects', async () => {
  const done = search.onRequest({ kind: 'search' }, viewer);
  await vi.advanceTimersByTimeAsync(5_000);
  await done;
  expect([state(), inject.mock.calls]).toEqual(['unreachable', []]);
});

it('starts nothing once it is closed', async () => {
  const done = search.onRequest({ kind: 'search' }, viewer);
  await search.onRequest({ kind: 'close' }, viewer);
  frameIds = [0];
  void search.onBridge(0);
  await done;
  expect([state(), inject.mock.calls]).toEqual(['idle', []]);
});

describe('a running search', () => {
  let frame: SearchedFrame;

  beforeEach(async () => {
    frameIds = [0];
    await search.onRequest({ kind: 'search' }, viewer);
    frame = new SearchedFrame({ postMessage: () => {}, disconnect: () => {} }, 0, async () => []);
    search.add(frame);
    inject.mockClear();
  });

  it('includes a frame that connects later', async () => {
    await search.onBridge(3);
    expect(inject).toHaveBeenCalledExactlyOnceWith(7, 3, 'once-loaded');
  });

  it('ignores a late frame once it is closed', async () => {
    await search.onRequest({ kind: 'close' }, viewer);
    await search.onBridge(3);
    expect(inject).not.toHaveBeenCalled();
  });

  it('keeps waiting for a page if the end of the previous page is reported late', async () => {
    frameIds = [];
    const done = search.onRequest({ kind: 'search' }, viewer);
    search.onDisconnect(frame);
    frameIds = [0];
    await search.onBridge(0);
    await done;
    expect(inject).toHaveBeenCalledExactlyOnceWith(7, 0, 'once-loaded');
  });

  it('can restart after a reload of the page', async () => {
    search.onDisconnect(frame);
    await search.onBridge(0);
    expect([state(), inject.mock.calls]).toEqual(['idle', []]);
  });

  it('reports the sites of the frame of each function', async () => {
    frameIds = [0, 1];
    const inner = new SearchedFrame({ postMessage: () => {}, disconnect: () => {} }, 1, async () => []);
    search.add(inner);
    for (const [id, one] of [frame, inner].entries())
      says(one, { view: { ...VIEW, candidates: [{ ...CANDIDATE, id }] } });
    const last = shown.at(-1);
    const candidates = last && 'view' in last && 'candidates' in last.view ? last.view.candidates : [];
    expect(candidates).toMatchObject([
      { id: '0:0', sites: ['https://shop.test'], isInFrame: false },
      { id: '1:1', sites: ['https://pay.test'], isInFrame: true },
    ]);
  });

  it.each([
    ['left', 'page_unloaded', () => search.onDisconnect(frame)],
    ['closed with its tab', 'tab_closed', () => search.tabGone()],
  ])('ends a try in a page that is %s', async (_how, code, go) => {
    await search.onRequest({ kind: 'try', id: '0:3', args: [], request: 5 }, viewer);
    go();
    expect(shown).toContainEqual({ tried: { request: 5, report: expect.objectContaining({ ok: false, code }) } });
    expect(state()).toBe('idle');
  });

  function says(one: SearchedFrame, said: object): void {
    search.onMessage(one, { kind: 'said', text: JSON.stringify(said) });
  }
});
