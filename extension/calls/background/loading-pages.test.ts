import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { OpenTab } from '../../sites/background/open-tabs.ts';
import { parseSitePattern } from '../../sites/site-pattern.ts';
import type { ServedSite } from './function-catalog.ts';
import { LoadingPages } from './loading-pages.ts';

const SHOP: ServedSite = { pattern: parseSitePattern('http://shop.test'), functions: [], captures: [] };
const tab = (more: Partial<OpenTab> = {}): OpenTab => ({
  id: 1,
  url: 'http://shop.test/b',
  active: true,
  status: 'loading',
  ...more,
});

let open: OpenTab | undefined;
let bridged: Set<number>;
let lets: boolean;
let pages: LoadingPages;
const inject = vi.fn(async () => lets);
const changed = vi.fn();

beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
  open = tab();
  bridged = new Set();
  lets = true;
  pages = new LoadingPages({
    tab: async () => open,
    hasBridge: (tabId) => bridged.has(tabId),
    isServed: (url) => url.startsWith('http://shop.test/'),
    inject,
    onChange: changed,
  });
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(pages.ofSite(SHOP).length === 0 ? 0 : 1);
  vi.useRealTimers();
});

const loading = () => pages.ofSite(SHOP).map(({ tabId, url }) => `${tabId} ${url}`);

describe('a tab whose page was left', () => {
  it('counts as loading at once, under its last URL until the browser reports the next', async () => {
    pages.left(1, 'http://alice:s3cret@shop.test/a?key=1');
    expect(loading()).toEqual(['1 http://shop.test/a']);
    await vi.advanceTimersByTimeAsync(0);
    expect(loading()).toEqual(['1 http://shop.test/b']);
    expect(changed).toHaveBeenCalled();
    pages.arrived(1, { isPage: true });
    expect(loading()).toEqual([]);
  });

  it.each([
    ['is closed', undefined],
    ['goes to a page of another site', tab({ url: 'http://elsewhere.test/' })],
    ['goes to a page whose URL the browser hides', tab({ url: undefined })],
    ['is discarded', tab({ discarded: true })],
  ])('does not count as loading if it %s', async (_what, now) => {
    open = now;
    pages.left(1, 'http://shop.test/a');
    await vi.advanceTimersByTimeAsync(0);
    expect(loading()).toEqual([]);
    expect(changed).toHaveBeenCalled();
  });

  it('counts as loading while the browser says so, but as fresh only for a moment', async () => {
    pages.left(1, 'http://shop.test/a');
    await vi.advanceTimersByTimeAsync(1_999);
    expect(pages.ofSite(SHOP)).toMatchObject([{ isFresh: true }]);
    changed.mockClear();
    await vi.advanceTimersByTimeAsync(1);
    expect(pages.ofSite(SHOP)).toMatchObject([{ isFresh: false }]);
    expect(changed).toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(loading()).toHaveLength(1);
    // Firefox would run them in a document that has not started, about which nothing is known yet.
    expect(inject).not.toHaveBeenCalled();
    pages.gone(1);
  });
});

describe('a load that ends without a bridge', () => {
  beforeEach(async () => {
    pages.left(1, 'http://shop.test/a');
    await vi.advanceTimersByTimeAsync(0);
  });

  it('is given up within two seconds, after the scripts were injected', async () => {
    pages.updated(tab({ status: 'complete' }));
    expect(inject).toHaveBeenCalledExactlyOnceWith(1);
    await vi.advanceTimersByTimeAsync(1_400);
    expect(loading()).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(loading()).toEqual([]);
  });

  it('is given up at once if the browser allows no injection', async () => {
    lets = false;
    pages.updated(tab({ status: 'complete' }));
    await vi.advanceTimersByTimeAsync(0);
    expect(loading()).toEqual([]);
  });

  it('is not given up if the next load has begun', async () => {
    pages.updated(tab({ status: 'complete' }));
    pages.updated(tab({ status: 'loading', url: 'http://shop.test/c' }));
    await vi.advanceTimersByTimeAsync(1_900);
    expect(loading()).toEqual(['1 http://shop.test/c']);
    pages.gone(1);
  });
});

it('includes a tab in which a page of the site loads for the first time', () => {
  pages.updated(tab());
  expect(loading()).toEqual(['1 http://shop.test/b']);
  pages.arrived(1, { isPage: true });
});

it('excludes a tab that has its bridge or loaded long ago', () => {
  pages.updated(tab({ id: 2, status: 'complete' }));
  bridged.add(1);
  pages.updated(tab());
  expect(loading()).toEqual([]);
});

it('includes for a moment a tab that is being injected', async () => {
  pages.expect(tab({ status: 'complete' }));
  expect(loading()).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1_500);
  expect(loading()).toEqual([]);
  expect(inject).not.toHaveBeenCalled();
});

describe('an unloaded frame of the site in a page of another site', () => {
  beforeEach(() => {
    open = tab({ url: undefined, status: 'complete' });
    pages.frameLeft(1, 'http://shop.test/frame');
  });

  it('counts as loading for a moment, whatever the browser says about its page', async () => {
    pages.updated(tab({ url: undefined, status: 'loading' }));
    pages.updated(tab({ url: undefined, status: 'complete' }));
    expect(pages.ofSite(SHOP)).toMatchObject([{ url: 'http://shop.test/frame', isFrame: true }]);
    await vi.advanceTimersByTimeAsync(1_500);
    expect(loading()).toEqual([]);
    expect(inject).not.toHaveBeenCalled();
  });

  it.each([
    ['its next document has its bridge', () => pages.arrived(1, { isPage: false })],
    ['the page has its bridge', () => pages.arrived(1, { isPage: true })],
    ['the tab is closed', () => pages.gone(1)],
    ['the tab is discarded', () => pages.updated(tab({ url: undefined, discarded: true }))],
  ])('stops counting as loading once %s', (_when, happens) => {
    happens();
    expect(loading()).toEqual([]);
  });

  it('counts as the page itself if the page navigates to the site', () => {
    pages.updated(tab());
    expect(pages.ofSite(SHOP)).toMatchObject([{ url: 'http://shop.test/b', isFrame: false }]);
    pages.arrived(1, { isPage: true });
  });
});

it('counts a page as loading even if a frame has its bridge', async () => {
  pages.left(1, 'http://shop.test/a');
  await vi.advanceTimersByTimeAsync(0);
  pages.arrived(1, { isPage: false });
  expect(loading()).toHaveLength(1);
  pages.gone(1);
});
