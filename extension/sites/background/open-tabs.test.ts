import { beforeEach, expect, it } from 'vitest';
import { parseSitePattern } from '../site-pattern.ts';
import { type OpenTab, OpenTabs } from './open-tabs.ts';

const SHOP = parseSitePattern('http://a.test:81');
const tab = (more: Partial<OpenTab> = {}): OpenTab => ({
  id: 1,
  url: 'http://a.test:81/x?q',
  active: false,
  status: 'complete',
  ...more,
});

let tabs: OpenTab[];
let permitted: boolean;
let openTabs: OpenTabs;
beforeEach(() => {
  tabs = [tab()];
  permitted = true;
  openTabs = new OpenTabs({
    query: async () => tabs,
    get: async (tabId) => {
      const found = tabs.find(({ id }) => id === tabId);
      if (!found) throw new Error(`No tab with id: ${tabId}`);
      return found;
    },
    isPermitted: async () => permitted,
  });
});

it.each([
  ['no-tab', []],
  ['no-tab', [tab({ url: 'http://a.test:82/' })]],
  ['discarded', [tab({ discarded: true })]],
  ['frozen', [tab({ frozen: true }), tab({ discarded: true })]],
  ['loading', [tab({ status: 'loading' })]],
  ['no-bridge', [tab()]],
] as const)('says why a site serves no call: %s', async (absence, open) => {
  tabs = [...open];
  expect(await openTabs.absence(SHOP, undefined)).toBe(absence);
});

it('gives the reason for the tabs of the target', async () => {
  tabs = [tab(), tab({ id: 2, url: 'http://a.test:81/y', discarded: true })];
  expect(await openTabs.absence(SHOP, { tabId: 2 })).toBe('discarded');
  expect(await openTabs.absence(SHOP, { url: 'http://a.test:81/y' })).toBe('discarded');
  expect(await openTabs.absence(SHOP, { tabId: 3 })).toBe('no-tab');
});

it('gives the reason if the browser does not permit the site', async () => {
  permitted = false;
  expect(await openTabs.absence(SHOP, undefined)).toBe('no-permission');
});

it('gives the reason why one tab serves no call', async () => {
  expect(await openTabs.absenceOfTab(9, [SHOP])).toBe('no-tab');
  expect(await openTabs.absenceOfTab(1, [])).toBe('not-enabled');
  expect(await openTabs.absenceOfTab(1, [SHOP])).toBe('no-bridge');
  tabs = [tab({ url: undefined })];
  expect(await openTabs.absenceOfTab(1, [SHOP])).toBe('no-permission');
});

it('lists the loaded tabs of sites, also by port', async () => {
  tabs = [tab(), tab({ id: 2, url: 'http://a.test:82/' }), tab({ id: 3, discarded: true }), tab({ id: undefined })];
  expect((await openTabs.ofSites([SHOP])).map(({ id }) => id)).toEqual([1]);
  expect(await openTabs.ofSites([])).toEqual([]);
});

it('treats a tab as closed if the browser throws, as Firefox does in a stopping background', async () => {
  const stopped = new OpenTabs({
    query: async () => tabs,
    get: () => {
      throw new Error('InvalidStateError');
    },
    isPermitted: async () => permitted,
  });
  expect(await stopped.exists(1)).toBe(false);
});
