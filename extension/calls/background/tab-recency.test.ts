import { beforeEach, expect, it } from 'vitest';
import { TabRecency } from './tab-recency.ts';

let recency: TabRecency;
beforeEach(() => {
  recency = new TabRecency();
});
const choose = (...ids: number[]) => recency.choose(ids.map((tabId) => ({ tabId })))?.tabId;

it('chooses nothing from no tabs, and the only tab from one', () => {
  expect(choose()).toBeUndefined();
  expect(choose(9)).toBe(9);
});

it('starts from the state of the browser', () => {
  recency.start(
    [
      { id: 1, windowId: 1, active: false, lastAccessed: 30 },
      { id: 2, windowId: 1, active: true, lastAccessed: 20 },
      { id: 3, windowId: 2, active: true, lastAccessed: 10 },
      { id: 4, windowId: 2, active: false, lastAccessed: 5 },
    ],
    2,
  );
  expect(choose(1, 2, 3, 4)).toBe(3);
  expect(choose(1, 2, 4)).toBe(2);
  expect(choose(1, 4)).toBe(1);
});

it('keeps events that arrived during the start', () => {
  recency.tabActivated(1, 1);
  recency.start(
    [
      { id: 1, windowId: 1, active: false, lastAccessed: 1 },
      { id: 2, windowId: 1, active: true, lastAccessed: 2 },
    ],
    1,
  );
  expect(choose(1, 2)).toBe(1);
});

it('prefers the active tab of the window that was used last', () => {
  recency.tabActivated(1, 1);
  recency.tabActivated(2, 2);
  expect(choose(1, 2)).toBe(2);
  recency.windowFocused(1);
  expect(choose(1, 2)).toBe(1);
});

it('prefers an active tab to a hidden one that was used later', () => {
  recency.tabActivated(1, 1);
  recency.tabActivated(2, 2);
  recency.tabActivated(3, 2);
  expect(choose(1, 2)).toBe(1);
});

it('chooses the last used tab if none is active', () => {
  recency.tabActivated(1, 1);
  recency.tabActivated(2, 1);
  recency.tabActivated(3, 1);
  expect(choose(1, 2)).toBe(2);
});

it('forgets closed tabs', () => {
  recency.tabActivated(1, 1);
  recency.tabActivated(2, 2);
  recency.tabClosed(2);
  expect(choose(1, 2)).toBe(1);
});
