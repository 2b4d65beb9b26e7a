import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { jsonText } from '../../../shared/json-text.ts';
import type { Outcome } from '../../../shared/pending-calls.ts';
import type { ToBridge } from '../../platform/messages.ts';
import { parseSitePattern } from '../../sites/site-pattern.ts';
import { Bridges, type IncomingPort } from './bridges.ts';
import type { ServedSite } from './function-catalog.ts';

const site = (pattern: string): ServedSite => ({ pattern: parseSitePattern(pattern), functions: [], captures: [] });
const SHOP = site('http://127.0.0.1:8080');

class FakePort implements IncomingPort {
  readonly sent: ToBridge[] = [];
  disconnected = false;
  readonly sender: NonNullable<IncomingPort['sender']>;
  #end = () => {};
  readonly onMessage = { addListener: () => {} };
  readonly onDisconnect = {
    addListener: (listener: () => void) => {
      this.#end = listener;
    },
  };
  constructor(tabId: number, url = 'http://127.0.0.1:8080/', sender: object = {}) {
    this.sender = { id: 'own', frameId: 0, tab: { id: tabId }, url, ...sender };
  }
  postMessage(message: ToBridge) {
    this.sent.push(message);
  }
  disconnect() {
    this.disconnected = true;
  }
  end() {
    this.#end();
  }
}

let openTabs: Set<number>;
let bridges: Bridges;
const changed = vi.fn();
beforeEach(() => {
  vi.useFakeTimers();
  changed.mockClear();
  openTabs = new Set([1, 2]);
  bridges = new Bridges({ extensionId: 'own', tabExists: async (id) => openTabs.has(id), onChange: changed });
  bridges.serve([SHOP]);
});
afterEach(() => vi.useRealTimers());

function accept(port: FakePort): FakePort {
  bridges.accept(port);
  return port;
}

/** A call in a tab, and its outcome. */
function call(tabId: number, frameId = 0): { outcome?: Outcome<unknown> } {
  const call: { outcome?: Outcome<unknown> } = {};
  const frame = bridges.ofTab(tabId).find((bridge) => bridge.frameId === frameId);
  frame?.run({ path: ['f'], args: jsonText([]) }, (outcome) => {
    call.outcome = outcome;
  });
  return call;
}

const failure = (code: string) => ({ outcome: { ok: false, error: expect.objectContaining({ code }) } });

describe('a bridge', () => {
  it('may be a page of an enabled site', () => {
    accept(new FakePort(1));
    expect(bridges.ofSite(SHOP)).toHaveLength(1);
    expect(changed).toHaveBeenCalled();
  });

  it.each([
    ['another extension', { id: 'other' }],
    ['a sender without a frame', { frameId: undefined }],
    ['a page that is being unloaded', { documentLifecycle: 'pending_deletion' }],
    ['a prerendered page', { documentLifecycle: 'prerender' }],
    ['a sender without a tab', { tab: undefined }],
    ['a sender without a URL', { url: undefined }],
  ])('can not be %s', (_who, sender) => {
    expect(accept(new FakePort(1, undefined, sender)).disconnected).toBe(true);
    expect(bridges.ofTab(1)).toEqual([]);
  });

  it.each(['http://127.0.0.1:9090/', 'https://127.0.0.1:8080/', 'http://elsewhere.test/'])(
    'is not a page of %s, which is sent away',
    (url) => {
      const port = accept(new FakePort(1, url));
      expect(port.sent).toEqual([{ kind: 'retire' }]);
      expect(bridges.ofTab(1)).toEqual([]);
    },
  );

  it.each([
    ['about:blank', 'http://127.0.0.1:8080'],
    ['about:srcdoc', 'http://127.0.0.1:8080'],
    ['blob:http://127.0.0.1:8080/7d1', 'http://127.0.0.1:8080'],
  ])('may be a frame at %s that an enabled origin created', (url, origin) => {
    accept(new FakePort(1, url, { frameId: 4, origin }));
    expect(bridges.ofSite(SHOP)).toMatchObject([{ tabId: 1, url: 'http://127.0.0.1:8080/' }]);
  });

  it.each([
    ['about:blank', 'http://elsewhere.test'],
    ['about:srcdoc', 'null'],
    ['blob:http://127.0.0.1:8080/7d1', undefined],
  ])('can not be a frame at %s of another origin: %s', (url, origin) => {
    const port = accept(new FakePort(1, url, { frameId: 4, origin }));
    expect(port.sent).toEqual([{ kind: 'retire' }]);
    expect(bridges.ofTab(1)).toEqual([]);
  });

  it('that connects before the settings are loaded waits for them', () => {
    bridges = new Bridges({ extensionId: 'own', tabExists: async () => true, onChange: changed });
    const shop = accept(new FakePort(1));
    const other = accept(new FakePort(2, 'http://elsewhere.test/'));
    expect([shop.sent, other.sent]).toEqual([[], []]);
    bridges.serve([SHOP]);
    expect([shop.sent, other.sent]).toEqual([[], [{ kind: 'retire' }]]);
  });
});

describe('a call', () => {
  it('fails as page_unloaded when the page is left', async () => {
    const port = accept(new FakePort(1));
    const running = call(1);
    port.end();
    await vi.advanceTimersByTimeAsync(100);
    expect(running).toEqual(failure('page_unloaded'));
  });

  it('fails as tab_closed when the tab is closed', () => {
    accept(new FakePort(1));
    const running = call(1);
    bridges.tabClosed(1);
    expect(running).toEqual(failure('tab_closed'));
  });

  it('fails as tab_closed if the page goes first and the tab is gone by then', async () => {
    const port = accept(new FakePort(1));
    const running = call(1);
    openTabs.delete(1);
    port.end();
    await vi.advanceTimersByTimeAsync(100);
    expect(running).toEqual(failure('tab_closed'));
  });

  it.each([
    ['first', async (port: FakePort) => port.end()],
    ['last', async () => {}],
  ])('fails as page_unloaded if the tab is discarded and gets another id, and the page goes %s', async (_when, end) => {
    const port = accept(new FakePort(1));
    const running = call(1);
    openTabs.delete(1);
    await end(port);
    await vi.advanceTimersByTimeAsync(20);
    bridges.tabReplaced(1);
    expect(running).toEqual(failure('page_unloaded'));
    expect(bridges.ofTab(1)).toEqual([]);
  });

  it('fails as tab_closed if the page goes first and the tab a moment later', async () => {
    const port = accept(new FakePort(1));
    const running = call(1);
    port.end();
    await vi.advanceTimersByTimeAsync(20);
    bridges.tabClosed(1);
    expect(running).toEqual(failure('tab_closed'));
  });

  it('fails at once if the next page is already connected', () => {
    accept(new FakePort(1)).end();
    const first = accept(new FakePort(1));
    const running = call(1);
    accept(new FakePort(1));
    expect(running).toEqual(failure('page_unloaded'));
    expect(first.sent).toContainEqual({ kind: 'retire' });
    expect(bridges.ofSite(SHOP)).toHaveLength(1);
  });

  it('does not reach a tab whose site is no longer enabled', () => {
    const port = accept(new FakePort(1));
    const running = call(1);
    bridges.serve([]);
    expect(running).toEqual(failure('tab_unavailable'));
    expect(port.sent).toContainEqual({ kind: 'retire' });
  });

  it('fails only in its own tab', () => {
    accept(new FakePort(1));
    accept(new FakePort(2));
    const other = call(2);
    bridges.tabClosed(1);
    expect(other.outcome).toBeUndefined();
  });
});

describe('frames', () => {
  const frame = (frameId: number, url?: string) => new FakePort(1, url, { frameId });
  const framesOf = () => bridges.ofSite(SHOP).map(({ tabId, frames }) => [tabId, frames.map(({ frameId }) => frameId)]);

  it('serve beside their page, which comes first', () => {
    accept(frame(4));
    accept(frame(0));
    accept(frame(5));
    accept(new FakePort(2));
    expect(framesOf()).toEqual([
      [1, [0, 4, 5]],
      [2, [0]],
    ]);
  });

  it('serve in a page of another site', () => {
    accept(frame(0, 'http://elsewhere.test/'));
    accept(frame(4, 'http://127.0.0.1:8080/widget'));
    expect(bridges.ofSite(SHOP)).toMatchObject([{ tabId: 1, url: 'http://127.0.0.1:8080/widget' }]);
    expect(bridges.ofPage(1)).toBeUndefined();
  });

  it('fail only their own calls when they go', async () => {
    accept(frame(0));
    const port = accept(frame(4));
    const calls = [call(1, 0), call(1, 4)];
    port.end();
    await vi.advanceTimersByTimeAsync(100);
    expect(calls[0]?.outcome).toBeUndefined();
    expect(calls[1]).toEqual(failure('page_unloaded'));
    expect(framesOf()).toEqual([[1, [0]]]);
  });

  it('fail their calls at once when their next document connects', () => {
    accept(frame(0));
    const before = accept(frame(4));
    const calls = [call(1, 0), call(1, 4)];
    accept(frame(4));
    expect(calls[0]?.outcome).toBeUndefined();
    expect(calls[1]).toEqual(failure('page_unloaded'));
    expect(before.sent).toContainEqual({ kind: 'retire' });
  });

  it('fail all calls as tab_closed when the tab is closed', () => {
    accept(frame(0));
    accept(frame(4));
    const calls = [call(1, 0), call(1, 4)];
    bridges.tabClosed(1);
    expect(calls).toEqual([failure('tab_closed'), failure('tab_closed')]);
    expect(framesOf()).toEqual([]);
  });

  it('keep their own URL when the page changes its own', () => {
    accept(frame(0));
    accept(frame(4, 'http://127.0.0.1:8080/widget'));
    bridges.tabNavigated(1, 'http://127.0.0.1:8080/moved');
    expect(bridges.ofTab(1).map(({ url }) => url)).toEqual([
      'http://127.0.0.1:8080/moved',
      'http://127.0.0.1:8080/widget',
    ]);
    expect(bridges.ofSite(SHOP)[0]?.url).toBe('http://127.0.0.1:8080/moved');
  });
});
