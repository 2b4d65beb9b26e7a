import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Outcome } from '../../shared/pending-calls.ts';
import type { PageTask, ToBridge } from '../messages.ts';
import { defaultSettings } from '../settings-schema.ts';
import { Bridges } from './bridges.ts';
import { FunctionCatalog } from './function-catalog.ts';
import { type CallRequest, createRunCall } from './run-call.ts';
import { TabRecency } from './tab-recency.ts';

const settings = {
  ...defaultSettings('web-test'),
  sites: [
    { pattern: 'https://shop.test', enabled: true, functions: [{ name: 'sign', path: 'window.shop.sign' }] },
    { pattern: 'https://bank.test', enabled: true, functions: [{ name: 'pay', path: 'bank.pay' }] },
    { pattern: 'https://old.test', enabled: false, functions: [{ name: 'gone', path: 'gone' }] },
  ],
};

let catalog: FunctionCatalog;
let bridges: Bridges;
let recency: TabRecency;
let frozen: Set<number>;
let reached: { tabId: number; url: string; tasks: PageTask[] }[];

beforeEach(() => {
  catalog = new FunctionCatalog(settings);
  bridges = new Bridges({ extensionId: 'own', tabExists: async () => true, onChange() {} });
  bridges.serve(catalog.sites);
  recency = new TabRecency();
  frozen = new Set();
  reached = [];
});

function openTab(id: number, url: string, frameId = 0) {
  const postMessage = (message: ToBridge) => {
    if (message.kind === 'tasks') reached.push({ tabId: id, url, tasks: JSON.parse(message.tasks) as PageTask[] });
  };
  const listen = { addListener() {} };
  const sender = { id: 'own', frameId, tab: { id }, url };
  bridges.accept({ postMessage, disconnect() {}, sender, onMessage: listen, onDisconnect: listen });
}

async function run(request: Partial<CallRequest> = {}) {
  const runCall = createRunCall({
    catalog: () => catalog,
    bridges,
    recency,
    isFrozen: (tabId) => frozen.has(tabId),
    explainAbsence: () => new Promise((resolve) => setImmediate(resolve, 'No open tab matches')),
  });
  const outcomes: Outcome<unknown>[] = [];
  const drop = runCall({ fn: 'sign', args: [1], ...request }, (outcome) => outcomes.push(outcome));
  await Promise.resolve();
  return { outcomes, drop };
}

describe('a function', () => {
  it('is called by its path in a tab of its site', async () => {
    openTab(1, 'https://shop.test/a');
    await run();
    expect(reached).toMatchObject([{ tabId: 1, tasks: [{ path: ['shop', 'sign'], args: [1] }] }]);
  });

  it.each(['shop.sign', 'gone', 'constructor', '__proto__', 'window.alert', ''])(
    'that the user has not named on an enabled site does not exist: %j',
    async (fn) => {
      openTab(1, 'https://shop.test/a');
      const { outcomes } = await run({ fn });
      expect(outcomes).toMatchObject([{ ok: false, error: { code: 'function_not_found' } }]);
      expect(reached).toEqual([]);
    },
  );

  it('is never called in a tab of another site', async () => {
    openTab(1, 'https://bank.test/');
    await run();
    expect(reached).toEqual([]);
  });
});

describe('the tab', () => {
  beforeEach(() => {
    openTab(1, 'https://shop.test/a');
    openTab(2, 'https://shop.test/b?secret=1');
    recency.tabActivated(1, 1);
    recency.tabActivated(2, 1);
  });

  it('is the active one', async () => {
    await run();
    expect(reached).toMatchObject([{ tabId: 2 }]);
  });

  it('is the one that the caller names', async () => {
    await run({ target: { tabId: 1 } });
    expect(reached).toMatchObject([{ tabId: 1 }]);
  });

  it('is one whose url starts as the caller says', async () => {
    await run({ target: { url: 'https://shop.test/a' } });
    expect(reached).toMatchObject([{ tabId: 1 }]);
  });

  it('is not found by its query', async () => {
    await run({ target: { url: 'https://shop.test/b?secret' } });
    expect(reached).toEqual([]);
  });

  it('is not one that the browser has frozen', async () => {
    frozen.add(2);
    await run();
    expect(reached).toMatchObject([{ tabId: 1 }]);
  });
});

describe('a frame', () => {
  it('of the site is called in a page of another', async () => {
    openTab(1, 'https://bank.test/');
    openTab(1, 'https://shop.test/widget', 7);
    await run();
    expect(reached).toMatchObject([{ tabId: 1, tasks: [{ path: ['shop', 'sign'] }] }]);
  });

  it('draws no call away from a page of the site itself', async () => {
    openTab(1, 'https://shop.test/a');
    openTab(2, 'https://shop.test/widget', 7);
    recency.tabActivated(2, 1);
    await run();
    expect(reached).toMatchObject([{ tabId: 1 }]);
    await run({ target: { tabId: 2 } });
    expect(reached).toMatchObject([{ tabId: 1 }, { tabId: 2 }]);
  });

  it('may be named by its own url', async () => {
    const frames = [{ frameId: 0 }, { frameId: 7 }, { frameId: 8 }];
    for (const { frameId } of frames) openTab(1, `https://shop.test/frame${frameId}`, frameId);
    const { outcomes } = await run({ target: { url: 'https://shop.test/frame8' } });
    expect(bridges.ofTab(1).map(({ frameId }) => frameId)).toEqual([0, 7, 8]);
    expect(reached).toHaveLength(1);
    expect(reached[0]).toMatchObject({ url: 'https://shop.test/frame8' });
    expect(outcomes).toEqual([]);
  });
});

describe('without a tab', () => {
  it('a call fails and says why', async () => {
    const { outcomes } = await run();
    await vi.waitFor(() => expect(outcomes).toHaveLength(1));
    expect(outcomes).toMatchObject([{ error: { code: 'tab_unavailable', message: 'No open tab matches' } }]);
  });

  it('a call that is dropped meanwhile is told nothing', async () => {
    const { outcomes, drop } = await run();
    drop();
    await new Promise(setImmediate);
    expect(outcomes).toEqual([]);
  });
});
