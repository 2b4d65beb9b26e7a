import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { FrameBridge } from '../../calls/background/frame-bridge.ts';
import type { ServedSite } from '../../calls/background/function-catalog.ts';
import { FakeStorage } from '../../platform/fake-storage.ts';
import type { ScriptList } from '../../platform/messages.ts';
import type { Capture } from '../../sites/capture-schema.ts';
import { parseSitePattern } from '../../sites/site-pattern.ts';
import { CaptureHooks } from './capture-hooks.ts';
import { CaptureOutcomes } from './capture-outcomes.ts';
import { KnownScripts } from './known-scripts.ts';
import { PlanCache } from './plan-cache.ts';
import { Redirects } from './redirects.ts';
import { RewrittenScripts } from './rewritten-scripts.ts';
import { ScriptRewriter } from './script-rewriter.ts';

const CAPTURE: Capture = { name: 'a', script: '/app.js', at: { text: 'return 1' }, expression: 'a' };
const PAGE = 'https://shop.test/orders';
const SCRIPT = 'https://shop.test/app.js';
const intercepted = { tabId: 1, pageUrl: `${PAGE}?page=2`, url: SCRIPT };
const bytes = new TextEncoder().encode('function a() { return 1 }');

type Tell = (list: ScriptList) => void;
let asked: Record<'now' | 'read', Tell[]>;
let outcomes: CaptureOutcomes;
let rewriter: ScriptRewriter;
let frames: FrameBridge[];
let devtoolsOpen: boolean;

beforeEach(() => {
  asked = { now: [], read: [] };
  frames = [frame()];
  devtoolsOpen = true;
  outcomes = new CaptureOutcomes();
  const storage = new FakeStorage();
  rewriter = new ScriptRewriter({
    redirects: new Redirects(),
    // Only the part that the rewriter uses.
    sites: () => [{ pattern: parseSitePattern('https://shop.test'), captures: [CAPTURE] } as unknown as ServedSite],
    framesOf: () => frames,
    rewritten: new RewrittenScripts(new CaptureHooks(storage), new PlanCache(storage)),
    known: new KnownScripts(storage),
    outcomes: outcomes,
    devtoolsOpen: async () => devtoolsOpen,
  });
});

const frame = () =>
  ({
    tabId: 1,
    url: PAGE,
    listScripts: (when: 'now' | 'read', tell: Tell) => asked[when].push(tell),
  }) as unknown as FrameBridge;
const says = (...scripts: ScriptList['scripts']): ScriptList => ({
  isWhole: true,
  scripts,
  checked: [],
  charset: 'GBK',
});
const script = (integrity: boolean) =>
  says({ url: SCRIPT, integrity, viaWorker: false, isModule: false, charset: 'GBK' });
const isChanged = async () => (await rewriter.rewrite(intercepted, bytes, [])) !== undefined;
const isAsked = async () => await vi.waitFor(() => expect(asked.now).toHaveLength(1));

it('asks the page whether it checks a script, then changes it', async () => {
  const changed = isChanged();
  await isAsked();
  asked.now[0]?.(says());
  expect(await changed).toBe(true);
  expect(outcomes.of(1, CAPTURE)).toMatchObject({ kind: 'placed', script: SCRIPT });
});

it('does not change a script that the page checks or is known to check', async () => {
  const changed = isChanged();
  await isAsked();
  asked.now[0]?.(script(true));
  expect(await changed).toBe(false);
  expect(outcomes.of(1, CAPTURE)).toMatchObject({ kind: 'integrity' });
  expect(await isChanged()).toBe(false);
});

it('does not change a script that the document has not reached in time, until it has loaded', async () => {
  rewriter.onPage(frame());
  const changed = isChanged();
  await isAsked();
  asked.now[0]?.({ ...says(), isWhole: false });
  expect(await changed).toBe(false);
  asked.read[0]?.(script(false));
  expect(await isChanged()).toBe(true);
});

it('does not wait for a page whose document lists the script as unchecked', async () => {
  rewriter.onPage(frame());
  asked.read[0]?.(script(false));
  expect(await isChanged()).toBe(true);
  expect(asked.now).toEqual([]);
  rewriter.onPage(frame());
  asked.read[1]?.(script(true));
  expect(await isChanged()).toBe(false);
});

describe('a script of unknown charset with non-ASCII letters', () => {
  const GBK = new Uint8Array([
    ...new TextEncoder().encode('/*'),
    0x81,
    0x5c,
    ...new TextEncoder().encode('*/'),
    ...bytes,
  ]);
  const changed = async () => await rewriter.rewrite(intercepted, GBK, []);
  const described = (isModule?: boolean) =>
    says({ url: SCRIPT, integrity: false, viaWorker: false, isModule, charset: 'GBK' });

  it('waits for the charset of its page, and keeps all bytes', async () => {
    const rewritten = changed();
    await isAsked();
    asked.now[0]?.(described(false));
    expect([...((await rewritten) ?? [])].slice(0, 6)).toEqual([...GBK.subarray(0, 6)]);
    expect(outcomes.of(1, CAPTURE)).toMatchObject({ kind: 'placed' });
  });

  it('is not changed if the charset makes a difference, and reports that', async () => {
    const letters = new Uint8Array([
      ...new TextEncoder().encode('"'),
      0x81,
      0x5c,
      ...new TextEncoder().encode('";'),
      ...bytes,
    ]);
    const rewritten = rewriter.rewrite(intercepted, letters, []);
    await isAsked();
    asked.now[0]?.(described());
    expect(await rewritten).toBeUndefined();
    expect(outcomes.of(1, CAPTURE)).toMatchObject({ kind: 'charset' });
  });

  it('is not changed if the charset stays unknown', async () => {
    frames = [];
    vi.useFakeTimers();
    const rewritten = changed();
    await vi.advanceTimersByTimeAsync(5_000);
    vi.useRealTimers();
    expect(await rewritten).toBeUndefined();
    expect(outcomes.of(1, CAPTURE)).toBeUndefined();
  });

  it('waits for a document that is not connected yet', async () => {
    frames = [];
    const rewritten = changed();
    await new Promise((resolve) => setTimeout(resolve));
    rewriter.onPage(frame());
    await isAsked();
    asked.now[0]?.(described(false));
    expect(await rewritten).toBeDefined();
  });

  it('gets only captures that are the same in the charset of its document and in UTF-8, if the document has not reached it', async () => {
    const rewritten = changed();
    await isAsked();
    asked.now[0]?.(says());
    expect(await rewritten).toBeDefined();
    expect(outcomes.of(1, CAPTURE)).toMatchObject({ kind: 'placed', column: expect.any(Number) });
  });
});

it('forbids caching of a script while it is unknown whether the page checks it', async () => {
  expect(rewriter.mayStayInMemory(intercepted)).toBe(false);
  rewriter.onPage(frame());
  asked.read[0]?.(script(false));
  expect(rewriter.mayStayInMemory(intercepted)).toBe(true);
  expect(rewriter.mayStayInMemory({ ...intercepted, url: `${SCRIPT}?other` })).toBe(false);
});

it('maps positions to the original while developer tools may be open', async () => {
  rewriter.onPage(frame());
  asked.read[0]?.(script(false));
  const textOf = async () => new TextDecoder().decode(await rewriter.rewrite(intercepted, bytes, []));
  expect(await textOf()).toContain('//# sourceMappingURL=data:');
  devtoolsOpen = false;
  expect(await textOf()).not.toContain('sourceMappingURL');
});

describe('a redirected script', () => {
  const ASKED = 'https://shop.test/app.js';
  const FINAL = 'https://cdn.test/lib-2.js';
  const final = { ...intercepted, url: FINAL };

  it('is matched by either URL once the redirect is known', () => {
    expect(rewriter.isOfInterest(final)).toBe(false);
    expect(rewriter.onRedirect({ ...intercepted, url: ASKED }, FINAL)).toBe(FINAL);
    expect(rewriter.isOfInterest(final)).toBe(true);
    expect(rewriter.interceptedScripts()).toContain(FINAL);
  });

  it('is not changed if the page checks it under the requested URL', async () => {
    rewriter.onRedirect({ ...intercepted, url: ASKED }, FINAL);
    const changed = rewriter.rewrite(final, bytes, []);
    await isAsked();
    asked.now[0]?.(script(true));
    expect(await changed).toBeUndefined();
  });

  it('is not followed without a capture', () => {
    expect(rewriter.onRedirect({ ...intercepted, url: 'https://shop.test/other.js' }, FINAL)).toBeUndefined();
    expect(rewriter.isOfInterest(final)).toBe(false);
  });
});
