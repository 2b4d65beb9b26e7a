import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type OpenTab, OpenTabs } from '../../sites/background/open-tabs.ts';
import { PageScripts, type RegisteredScript } from '../../sites/background/page-scripts.ts';
import { defaultSettings, type Settings } from '../../sites/settings-schema.ts';
import { Bridges } from './bridges.ts';
import { ServedSites } from './served-sites.ts';

const settings = (...patterns: string[]): Settings => ({
  ...defaultSettings('web-test'),
  sites: patterns.map((pattern, index) => ({
    pattern,
    enabled: true,
    functions: [{ name: `sign${index}`, path: 'shop.sign' }],
  })),
});
const tab = (id: number, url: string, more: Partial<OpenTab> = {}): OpenTab => ({
  id,
  url,
  active: false,
  status: 'complete',
  ...more,
});

let tabs: OpenTab[];
let granted: Set<string>;
let registered: RegisteredScript[];
let injected: number[];
let expected: (number | undefined)[];
let gone: number[];
let bridges: Bridges;
let sites: ServedSites;

beforeEach(() => {
  vi.useFakeTimers();
  tabs = [];
  granted = new Set(['http://a.test/*']);
  registered = [];
  injected = [];
  expected = [];
  gone = [];
  bridges = new Bridges({ extensionId: 'own', tabExists: async () => true, onChange() {} });
  const openTabs = new OpenTabs({
    query: async () => tabs,
    get: async () => Promise.reject(new Error('not asked')),
    isPermitted: async (origins) => origins.every((origin) => granted.has(origin)),
  });
  const pageScripts = new PageScripts({
    files: { page: 'page.js', bridge: 'bridge.js' },
    registered: async () => registered,
    register: async (scripts) => {
      registered = scripts;
    },
    update: async (scripts) => {
      registered = scripts;
    },
    unregister: async () => {
      registered = [];
    },
    execute: async (tabId, world) => {
      if (tabs.find(({ id }) => id === tabId)?.url?.endsWith('/error')) throw new Error('an error page');
      if (world === 'ISOLATED') connect(tabId);
      else injected.push(tabId);
    },
  });
  sites = new ServedSites(defaultSettings('none'), {
    bridges,
    loadingPages: { expect: ({ id }) => expected.push(id), gone: (tabId) => gone.push(tabId) },
    openTabs,
    pageScripts,
  });
});

afterEach(() => vi.useRealTimers());

const listen = { addListener() {} };
function connect(id: number) {
  const url = tabs.find((open) => open.id === id)?.url ?? '';
  const sender = { id: 'own', frameId: 0, tab: { id }, url };
  bridges.accept({ postMessage() {}, disconnect() {}, sender, onMessage: listen, onDisconnect: listen });
}

it('serves the permitted sites, and knows the functions of all enabled sites', async () => {
  await sites.apply(settings('http://a.test', 'http://b.test'));
  expect(registered[0]?.matches).toEqual(['http://a.test/*']);
  expect(sites.catalog.functions().map(({ name }) => name)).toEqual(['sign0', 'sign1']);
});

it('injects into open pages of a site while they have no bridge', async () => {
  await sites.apply(settings('http://a.test'));
  await sites.injectOpenTabs();
  tabs = [tab(1, 'http://a.test/x'), tab(2, 'http://a.test:81/'), tab(3, 'http://a.test/', { discarded: true })];
  await sites.injectOpenTabs();
  await sites.injectOpenTabs();
  expect(injected).toEqual([1]);
});

it('lets calls wait for injected pages and for pages whose bridges reconnect', async () => {
  tabs = [tab(1, 'http://a.test/x'), tab(3, 'http://a.test/', { discarded: true })];
  await sites.apply(settings('http://a.test'));
  const settled = sites.bridgesReady();
  await vi.advanceTimersByTimeAsync(1_000);
  await settled;
  expect(expected).toEqual([1]);
  await sites.injectOpenTabs();
  expect(expected).toEqual([1, 1]);
  await sites.injectOpenTabs();
  expect(expected).toEqual([1, 1]);
});

it('lets no call wait for a page that the browser allows no injection into', async () => {
  vi.spyOn(console, 'debug').mockImplementation(() => {});
  tabs = [tab(1, 'http://a.test/x'), tab(2, 'http://a.test/error')];
  await sites.apply(settings('http://a.test'));
  const reached = sites.injectOpenTabs();
  await vi.advanceTimersByTimeAsync(1_000);
  await reached;
  expect(gone).toEqual([2]);
});

it('injects into frames in pages of any site when a site is newly served', async () => {
  tabs = [tab(1, 'http://a.test/x'), tab(2, 'http://elsewhere.test/'), tab(3, 'http://b.test/', { discarded: true })];
  await sites.apply(settings('http://a.test'));
  await sites.injectOpenTabs();
  expect(injected.toSorted()).toEqual([1, 2]);
  await sites.injectOpenTabs();
  expect(injected).toHaveLength(2);
  granted.add('http://b.test/*');
  await sites.apply(settings('http://a.test', 'http://b.test'));
  await sites.injectOpenTabs();
  expect(injected.toSorted()).toEqual([1, 1, 2, 2]);
});

it('injects nothing while no site is served', async () => {
  tabs = [tab(1, 'http://a.test/x')];
  await sites.apply(settings());
  await sites.injectOpenTabs();
  expect(injected).toEqual([]);
});

it('leaves a page that is still loading to its registered scripts', async () => {
  tabs = [tab(1, 'http://a.test/x', { status: 'loading' })];
  await sites.apply(settings('http://a.test'));
  const reached = sites.injectOpenTabs();
  await vi.advanceTimersByTimeAsync(500);
  connect(1);
  await vi.advanceTimersByTimeAsync(500);
  await reached;
  expect(injected).toEqual([]);
});

it('injects into a page that keeps loading without them', async () => {
  tabs = [tab(1, 'http://a.test/x', { status: 'loading' })];
  await sites.apply(settings('http://a.test'));
  const reached = sites.injectOpenTabs();
  await vi.advanceTimersByTimeAsync(1_000);
  await reached;
  expect(injected).toEqual([1]);
});

it('always has functions and bridges from the same settings', async () => {
  tabs = [tab(1, 'http://a.test/x')];
  await sites.apply(settings('http://a.test'));
  connect(1);
  const changing = sites.apply(settings('http://a.test'));
  const served = () => sites.catalog.sites.flatMap((site) => bridges.ofSite(site));
  expect(served()).toHaveLength(1);
  await changing;
  expect(served()).toHaveLength(1);
});
