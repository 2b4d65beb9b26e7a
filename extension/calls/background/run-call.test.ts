import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { jsonText } from '../../../shared/json-text.ts';
import type { Outcome } from '../../../shared/pending-calls.ts';
import type { PageTask, ToBridge } from '../../platform/messages.ts';
import { defaultSettings } from '../../sites/settings-schema.ts';
import { siteMatches } from '../../sites/site-pattern.ts';
import { Bridges } from './bridges.ts';
import { FunctionCatalog } from './function-catalog.ts';
import { LoadingFrames } from './loading-frames.ts';
import type { LoadingPage } from './loading-pages.ts';
import { parsed } from './parsed-outcome.ts';
import { type CallRequest, createRunCall } from './run-call.ts';
import { TabRecency } from './tab-recency.ts';
import { WaitingCalls } from './waiting-calls.ts';

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
let loading: LoadingPage[];
let waitingCalls: WaitingCalls;
let loadingFrames: LoadingFrames;
let reached: { tabId: number; url: string; tasks: PageTask[] }[];

beforeEach(() => {
  catalog = new FunctionCatalog(settings);
  bridges = new Bridges({ extensionId: 'own', tabExists: async () => true, onChange() {} });
  bridges.serve(catalog.sites);
  recency = new TabRecency();
  frozen = new Set();
  loading = [];
  waitingCalls = new WaitingCalls();
  loadingFrames = new LoadingFrames(() => waitingCalls.pagesChanged());
  reached = [];
});

/** Returns a function that answers its last task. */
function openTab(id: number, url: string, frameId = 0, origin?: string) {
  const tasks: PageTask[] = [];
  let hear = (_message: unknown) => {};
  const postMessage = (message: ToBridge) => {
    if (message.kind !== 'tasks') return;
    tasks.push(...(JSON.parse(message.tasks) as PageTask[]));
    reached.push({ tabId: id, url, tasks: JSON.parse(message.tasks) as PageTask[] });
  };
  const listen = { addListener() {} };
  const sender = { id: 'own', frameId, tab: { id }, url, origin };
  const onMessage = {
    addListener: (listener: typeof hear) => {
      hear = listener;
    },
  };
  bridges.accept({ postMessage, disconnect() {}, sender, onMessage, onDisconnect: listen });
  return async (answer: object) => {
    hear({ kind: 'answers', answers: JSON.stringify([{ id: tasks.at(-1)?.id, ...answer }]) });
    await Promise.resolve();
  };
}

async function run(request: Partial<CallRequest> = {}) {
  const runCall = createRunCall({
    catalog: () => catalog,
    bridges,
    loadingPages: { ofSite: ({ pattern }) => loading.filter(({ url }) => siteMatches(pattern, url)) },
    loadingFrames,
    waitingCalls,
    recency,
    isFrozen: (tabId) => frozen.has(tabId),
    explainAbsence: () => new Promise((resolve) => setImmediate(resolve, 'No open tab matches')),
  });
  const outcomes: Outcome<unknown>[] = [];
  const drop = runCall({ fn: 'sign', args: jsonText([1]), ...request }, (outcome) => outcomes.push(parsed(outcome)));
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

  it('is the one with the tabId of the target', async () => {
    await run({ target: { tabId: 1 } });
    expect(reached).toMatchObject([{ tabId: 1 }]);
  });

  it('is one whose URL starts with the URL of the target', async () => {
    await run({ target: { url: 'https://shop.test/a' } });
    expect(reached).toMatchObject([{ tabId: 1 }]);
  });

  it('is not matched by its query', async () => {
    await run({ target: { url: 'https://shop.test/b?secret' } });
    expect(reached).toEqual([]);
  });

  it('is not a frozen one', async () => {
    frozen.add(2);
    await run();
    expect(reached).toMatchObject([{ tabId: 1 }]);
  });
});

describe('a frame', () => {
  it('of the site is called in a page of another site', async () => {
    openTab(1, 'https://bank.test/');
    openTab(1, 'https://shop.test/widget', 7);
    await run();
    expect(reached).toMatchObject([{ tabId: 1, tasks: [{ path: ['shop', 'sign'] }] }]);
  });

  it('comes after a page of the site itself', async () => {
    openTab(1, 'https://shop.test/a');
    openTab(2, 'https://shop.test/widget', 7);
    recency.tabActivated(2, 1);
    await run();
    expect(reached).toMatchObject([{ tabId: 1 }]);
    await run({ target: { tabId: 2 } });
    expect(reached).toMatchObject([{ tabId: 1 }, { tabId: 2 }]);
  });

  it('may be named by its own URL', async () => {
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
  it('a call fails with the reason', async () => {
    const { outcomes } = await run();
    await vi.waitFor(() => expect(outcomes).toHaveLength(1));
    expect(outcomes).toMatchObject([{ error: { code: 'tab_unavailable', message: 'No open tab matches' } }]);
  });

  it('a call that is cancelled meanwhile gets no answer', async () => {
    const { outcomes, drop } = await run();
    drop();
    await new Promise(setImmediate);
    expect(outcomes).toEqual([]);
  });
});

const NOT_FOUND = { error: { code: 'function_not_found', message: 'shop is undefined' } };

describe('a tab without the function', () => {
  it('is followed by the next tab, and each is asked once', async () => {
    const first = openTab(1, 'https://shop.test/a');
    const second = openTab(2, 'https://shop.test/b');
    recency.tabActivated(2, 1);
    recency.tabActivated(1, 1);
    const { outcomes } = await run();
    await first(NOT_FOUND);
    expect(reached.map(({ tabId }) => tabId)).toEqual([1, 2]);
    await second(NOT_FOUND);
    const message = 'shop is undefined (nor in 1 more tabs of the site)';
    expect(outcomes).toMatchObject([{ error: { code: 'function_not_found', message } }]);
    expect(reached).toHaveLength(2);
  });

  it.each(['function_threw', 'bad_request', 'result_not_serializable'])(
    'is not followed by another if it answers %s, because it may have run the function',
    async (code) => {
      const first = openTab(1, 'https://shop.test/a');
      openTab(2, 'https://shop.test/b');
      const { outcomes } = await run();
      await first({ error: { code, message: 'no' } });
      expect(outcomes).toMatchObject([{ error: { code } }]);
      expect(reached).toHaveLength(1);
    },
  );

  it('is not followed by another if the caller named it', async () => {
    const first = openTab(1, 'https://shop.test/a');
    openTab(2, 'https://shop.test/b');
    const { outcomes } = await run({ target: { tabId: 1 } });
    await first(NOT_FOUND);
    expect(outcomes).toMatchObject([{ error: { message: 'shop is undefined' } }]);
  });

  it('is followed by only a few others', async () => {
    const tabs = Array.from({ length: 30 }, (_, index) => openTab(index + 1, 'https://shop.test/a'));
    const { outcomes } = await run();
    for (let asked = 0; outcomes.length === 0 && asked < 30; asked++)
      await tabs[(reached.at(-1)?.tabId ?? 0) - 1]?.(NOT_FOUND);
    expect(outcomes).toMatchObject([{ error: { code: 'function_not_found' } }]);
    expect(reached).toHaveLength(10);
  });

  it('is asked last if it is blank, even if it is the active one', async () => {
    openTab(1, 'https://shop.test/a');
    openTab(2, 'about:blank', 0, 'https://shop.test');
    recency.tabActivated(2, 1);
    await run();
    expect(reached).toMatchObject([{ tabId: 1 }]);
  });

  it('answers if it is blank and alone', async () => {
    openTab(2, 'about:blank', 0, 'https://shop.test');
    await run();
    expect(reached).toMatchObject([{ tabId: 2 }]);
  });
});

describe('a loading page', () => {
  const page = (tabId: number, url = 'https://shop.test/a', isFresh = true) => ({ tabId, url, isFresh });
  const arrive = (tabId: number, url = 'https://shop.test/a') => {
    loading = loading.filter((other) => other.tabId !== tabId);
    const answer = openTab(tabId, url);
    waitingCalls.pagesChanged();
    return answer;
  };

  it('gets the calls that waited for it, in order', async () => {
    loading = [page(1)];
    await run({ args: jsonText(['first']) });
    await run({ args: jsonText(['second']) });
    expect(reached).toEqual([]);
    arrive(1);
    await Promise.resolve();
    expect(reached).toMatchObject([{ tabId: 1, tasks: [{ args: ['first'] }, { args: ['second'] }] }]);
  });

  it('gets no call that was cancelled meanwhile', async () => {
    loading = [page(1)];
    const { drop } = await run();
    drop();
    arrive(1);
    await Promise.resolve();
    expect(reached).toEqual([]);
  });

  it('fails its calls once it is given up', async () => {
    loading = [page(1)];
    const { outcomes } = await run();
    loading = [];
    waitingCalls.pagesChanged();
    await vi.waitFor(() => expect(outcomes).toMatchObject([{ error: { code: 'tab_unavailable' } }]));
  });

  it('is waited for a while if it is the active one', async () => {
    openTab(2, 'https://shop.test/b');
    recency.tabActivated(2, 1);
    recency.tabActivated(1, 1);
    loading = [page(1)];
    await run();
    expect(reached).toEqual([]);
    loading = [page(1, 'https://shop.test/a', false)];
    waitingCalls.pagesChanged();
    await Promise.resolve();
    expect(reached).toMatchObject([{ tabId: 2 }]);
  });

  it('is waited for without a limit if there is no other tab', async () => {
    loading = [page(1, 'https://shop.test/a', false)];
    await run();
    arrive(1);
    await Promise.resolve();
    expect(reached).toMatchObject([{ tabId: 1 }]);
  });

  it('is not waited for long if another tab has reported the function missing', async () => {
    loading = [page(1, 'https://shop.test/a', false)];
    const other = openTab(2, 'https://shop.test/b');
    const { outcomes } = await run();
    await other(NOT_FOUND);
    expect(outcomes).toMatchObject([{ error: { code: 'function_not_found' } }]);
  });

  it('is matched only by its tab and URL', async () => {
    loading = [page(1)];
    const meant = [{ tabId: 1 }, { url: 'https://shop.test/' }];
    const others = [{ tabId: 2 }, { url: 'https://shop.test/b' }];
    for (const target of meant) expect((await run({ target })).outcomes).toEqual([]);
    for (const target of others) {
      const { outcomes } = await run({ target });
      await vi.waitFor(() => expect(outcomes).toMatchObject([{ error: { code: 'tab_unavailable' } }]));
    }
  });

  it('is waited for by a bounded number and size of calls', async () => {
    loading = [page(1), page(2), page(3)];
    const calls = [];
    for (const tabId of [1, 2, 3])
      for (let call = 0; call < 5_001; call++) calls.push(await run({ target: { tabId } }));
    const refused = calls.filter(({ outcomes }) => outcomes.length > 0);
    expect(refused).toHaveLength(5_003);
    expect(refused[0]?.outcomes).toMatchObject([{ error: { code: 'overloaded' } }]);
    for (const { drop } of calls) drop();
    const large = ['x'.repeat(20 * 1024 * 1024)];
    const answers = [];
    for (const tabId of [1, 1, 2, 3, 3])
      answers.push((await run({ args: jsonText(large), target: { tabId } })).outcomes.length);
    expect(answers).toEqual([0, 1, 0, 0, 1]);
  });
});

describe('a loading frame', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => {
    loadingFrames.gone(1);
    vi.useRealTimers();
  });

  it('is waited for if nothing else in its tab has the function', async () => {
    const page = openTab(1, 'https://shop.test/a');
    loadingFrames.left(1, 7);
    const { outcomes } = await run();
    await page(NOT_FOUND);
    expect(outcomes).toEqual([]);
    loadingFrames.arrived(1, 7);
    const frame = openTab(1, 'https://shop.test/frame', 7);
    waitingCalls.pagesChanged();
    await Promise.resolve();
    expect(reached.map(({ url }) => url)).toEqual(['https://shop.test/a', 'https://shop.test/frame']);
    await frame({ value: 'signed' });
    expect(outcomes).toEqual([{ ok: true, value: 'signed' }]);
  });

  it('is the only one asked once it has loaded', async () => {
    const page = openTab(1, 'https://shop.test/a');
    loadingFrames.left(1, 7);
    loadingFrames.left(1, 8);
    const { outcomes } = await run();
    await page(NOT_FOUND);
    for (const frameId of [7, 8]) {
      loadingFrames.arrived(1, frameId);
      const frame = openTab(1, `https://shop.test/${frameId}`, frameId);
      waitingCalls.pagesChanged();
      await Promise.resolve();
      await frame(NOT_FOUND);
    }
    expect(outcomes).toMatchObject([{ error: { code: 'function_not_found' } }]);
    expect(reached.map(({ url }) => url)).toEqual([
      'https://shop.test/a',
      'https://shop.test/7',
      'https://shop.test/8',
    ]);
  });

  it('is waited for a moment, and the page is not asked again after it', async () => {
    const page = openTab(1, 'https://shop.test/a');
    loadingFrames.left(1, 7);
    const { outcomes } = await run();
    await page(NOT_FOUND);
    await vi.advanceTimersByTimeAsync(1_500);
    expect(outcomes).toMatchObject([{ error: { code: 'function_not_found' } }]);
    expect(reached).toHaveLength(1);
  });

  it('is not waited for longer because other frames come and go', async () => {
    const page = openTab(1, 'https://shop.test/a');
    loadingFrames.left(1, 7);
    const { outcomes } = await run();
    await page(NOT_FOUND);
    for (let frameId = 8; frameId < 28; frameId++) {
      await vi.advanceTimersByTimeAsync(100);
      loadingFrames.left(1, frameId);
      waitingCalls.pagesChanged();
    }
    expect(outcomes).toMatchObject([{ error: { code: 'function_not_found' } }]);
  });

  it('is not waited for if the page has the function', async () => {
    openTab(1, 'https://shop.test/a');
    loadingFrames.left(1, 7);
    await run();
    expect(reached).toHaveLength(1);
  });
});
