import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { parseToRelay } from '../../../../shared/parse-message.ts';
import { defaultSettings } from '../../../sites/settings-schema.ts';
import { Bridges } from '../bridges.ts';
import { FunctionCatalog } from '../function-catalog.ts';
import { Announcements } from './announcements.ts';

const catalog = new FunctionCatalog({
  ...defaultSettings('web-test'),
  sites: [
    {
      pattern: 'https://shop.test',
      enabled: true,
      functions: [
        { name: 'sign', path: 'shop.sign', default: true },
        { name: 'pay', path: 'shop.pay' },
      ],
    },
  ],
});
const listen = { addListener() {} };

let sent: unknown[];
let isHeard: boolean;
let bridges: Bridges;
let announcements: Announcements;
beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  isHeard = true;
  bridges = new Bridges({
    extensionId: 'own',
    tabExists: async () => true,
    onChange: () => announcements.changed(),
  });
  const send = (text: string) => {
    if (isHeard) sent.push(JSON.parse(text));
    return isHeard;
  };
  announcements = new Announcements({ catalog: () => catalog, bridges, loadingPages: { ofSite: () => [] }, send });
  bridges.serve(catalog.sites);
  vi.runAllTimers();
  sent.length = 0;
});
afterEach(() => vi.useRealTimers());

function openTab(id: number, url: string, frameId = 0) {
  const sender = { id: 'own', frameId, tab: { id }, url };
  bridges.accept({ postMessage() {}, disconnect() {}, sender, onMessage: listen, onDisconnect: listen });
}

it('introduces this client with every function, found in a tab or not', () => {
  openTab(4, 'https://shop.test/cart?key=1#x');
  const agent = { browser: 'Chrome', browserVersion: '156', extensionVersion: '1' };
  const text = announcements.initMessage({ clientId: 'web-test', instanceId: 'i', agent });
  const tabs = [{ tabId: 4, url: 'https://shop.test/cart' }];
  expect(parseToRelay(JSON.parse(text))).toMatchObject({
    kind: 'init',
    message: {
      data: {
        protocol: 2,
        batch: true,
        clientId: 'web-test',
        instanceId: 'i',
        agent,
        functions: [
          { name: 'sign', default: true, tabs },
          { name: 'pay', tabs },
        ],
      },
    },
  });
});

it('sends many simultaneous changes as one message', () => {
  openTab(4, 'https://shop.test/cart');
  openTab(5, 'https://shop.test/list');
  vi.runAllTimers();
  expect(sent).toHaveLength(1);
  expect(parseToRelay(sent[0]).kind).toBe('functions');
  expect(sent).toMatchObject([{ data: { functions: [{ tabs: [{ tabId: 4 }, { tabId: 5 }] }, {}] } }]);
});

it('lists a tab once, with the URL of its page if the page belongs to the site, otherwise of the frame', () => {
  openTab(4, 'https://shop.test/widget', 7);
  openTab(4, 'https://shop.test/other', 8);
  vi.runAllTimers();
  openTab(4, 'https://shop.test/cart');
  vi.runAllTimers();
  expect(sent).toMatchObject([
    { data: { functions: [{ tabs: [{ tabId: 4, url: 'https://shop.test/widget' }] }, {}] } },
    { data: { functions: [{ tabs: [{ tabId: 4, url: 'https://shop.test/cart' }] }, {}] } },
  ]);
});

it('sends nothing if nothing has changed in the end', () => {
  openTab(4, 'https://shop.test/cart');
  bridges.tabClosed(4);
  vi.runAllTimers();
  expect(sent).toEqual([]);
});

it('sends changes from the time without a connection once it is connected', () => {
  isHeard = false;
  openTab(4, 'https://shop.test/cart');
  vi.runAllTimers();
  isHeard = true;
  announcements.changed();
  vi.runAllTimers();
  expect(sent).toMatchObject([{ data: { functions: [{ tabs: [{ tabId: 4 }] }, {}] } }]);
  announcements.changed();
  vi.runAllTimers();
  expect(sent).toHaveLength(1);
});

it('cuts long addresses and leaves out tabs that a relay would refuse', () => {
  for (let id = 1; id <= 300; id++) openTab(id, `https://shop.test/${id}/${'x'.repeat(3_000)}`);
  const agent = { browser: 'Chrome', browserVersion: '156', extensionVersion: '1' };
  const text = announcements.initMessage({ clientId: 'web-test', instanceId: 'i', agent });
  const read = parseToRelay(JSON.parse(text));
  const functions = read.kind === 'init' ? read.message.data.functions : [];
  expect(functions.map(({ name }) => name)).toEqual(['sign', 'pay']);
  const tabs = functions.flatMap((fn) => fn.tabs);
  expect(tabs.length).toBeGreaterThan(100);
  for (const { url } of tabs) expect(url).toHaveLength(2_048);
});
