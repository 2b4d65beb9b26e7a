import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { connect, type Relay } from '../../sdk/node.ts';
import type { RelayClient, UntypedFunctions } from '../../sdk/relay-client.ts';
import type { Page } from '../browser/driver.ts';
import { ShopSite } from '../site/shop-site.ts';
import { Stage } from '../stage/stage.ts';

/** Pages that attack Pagewire, by `e2e/site/hostile.js`. */

let stage: Stage;
let relay: Relay;
let client: RelayClient<UntypedFunctions>;
let lab: Page;

beforeAll(async () => {
  stage = await Stage.start(inject('browserName'));
  const evil = ['sign', 'later', 'fail', 'called', 'heardOnForged', 'channels', 'callers', 'pretend'];
  lab = await stage.setUp({
    add: 'lab.add',
    stack: 'lab.stack',
    stackLater: 'lab.stackLater',
    stackOfGetter: 'lab.stackOfGetter',
    ...Object.fromEntries(evil.map((name) => [name, `evil.${name}`])),
    missing: 'evil["not there"].x',
  });
  relay = await connect(stage.relay.socketUrl);
  client = relay.client(stage.clientId);
});
afterAll(async () => {
  relay?.close();
  await stage?.close();
});

/** Calls in a harmless page, which must keep working. */
async function expectOthersToBeServed(): Promise<void> {
  const target = { tabId: lab.tabId };
  const sums = Array.from({ length: 50 }, (_, index) => client.invoke('add', [index, 1], { target }));
  expect(await Promise.all(sums)).toEqual(sums.map((_, index) => index + 1));
}

describe('a page that breaks every built-in', () => {
  let page: Page;
  beforeAll(async () => {
    page = await stage.browser.openPage(stage.site.url('/hostile'));
    await stage.isServing(page.tabId);
  });
  afterAll(() => page?.close());
  const call = (fn: string, ...args: unknown[]) => client.invoke(fn, args, { target: { tabId: page.tabId } });

  it('can be called normally', async () => {
    const list = [12n, -0, new Set([new Error('x')]), new Float64Array([1.5]), undefined];
    const map = new Map<unknown, unknown>([
      ['a', new Date(5)],
      [{ $type: 1 }, list],
    ]);
    const signed = ['signed text', map, new Uint8Array([1, 2]), { $type: 'x', nothing: undefined }];
    expect(await call('sign', 'text', map)).toEqual(signed);
    expect(await call('later', 'text')).toBe('signed text');
    await expect(call('fail')).rejects.toMatchObject({ code: 'function_threw', message: 'no key' });
    await expect(call('missing')).rejects.toMatchObject({
      code: 'function_not_found',
      message: expect.stringContaining('evil["not there"] is undefined'),
    });
    expect(await call('called')).toEqual([]);
  });

  it('gets no access to a channel or to its caller', async () => {
    expect(await call('channels')).toBe(0);
    expect(await call('callers')).toEqual([]);
  });

  it('gains nothing by forging events of bridges and navigation', async () => {
    for (let round = 0; round < 3; round++) await call('pretend');
    expect(await call('heardOnForged')).toBe(0);
    expect(await call('later', 'text')).toBe('signed text');
    await expectOthersToBeServed();
  });
});

it.each(['stack', 'stackLater', 'stackOfGetter'])('finds no id of the extension in a stack trace: %s', async (fn) => {
  const stack = JSON.stringify(await client.call(fn));
  expect(stack).toMatch(/lab\.js/);
  expect(stack).not.toMatch(/extension:/);
});

describe('a page that prepares a frame of its own before the page script is in it', () => {
  let page: Page;
  beforeAll(async () => {
    page = await stage.browser.openPage(stage.site.url('/open'));
    await stage.isServing(page.tabId);
    await page.evaluate(prepareFrames, stage.site.url('/lab'));
  });
  afterAll(() => page?.close());

  it('may hear what is called in that frame and answer it, and no more', async () => {
    const before = await page.evaluate(() => window.heardTypes.length, undefined);
    // Of the empty frame and of that with `srcdoc`.
    if (stage.browser.name === 'chromium') expect(before).toBeGreaterThan(0);
    await expectOthersToBeServed();
    // Nothing of calls in other tabs is heard, and forged answers end none of them.
    expect(await page.evaluate(() => window.heardTypes.length, undefined)).toBe(before);
    const sums = Array.from({ length: 50 }, (_, at) => client.invoke('add', [at, 1], { target: { tabId: lab.tabId } }));
    const forged = page.evaluate(() => window.forgeAll(), undefined);
    expect(await Promise.all(sums)).toEqual(sums.map((_, at) => at + 1));
    await forged;
  });
});

describe('a page that was loaded before the page script', () => {
  const FUNCTIONS = ['later', 'hold', 'release', 'channels', 'taskIds', 'forge', 'flood'];
  const MODES = { spy: '/hostile?spy', liar: '/hostile?lie', breaker: '/hostile' };
  let sites: [keyof typeof MODES, ShopSite, Page][];

  beforeAll(async () => {
    sites = [];
    for (const [name, path] of Object.entries(MODES) as [keyof typeof MODES, string][]) {
      const site = await ShopSite.start();
      sites.push([name, site, await stage.browser.openPage(site.url(path))]);
    }
    // Enabled after their pages were loaded.
    await stage.importSites((before) => [
      ...before,
      ...sites.map(([name, { origin }]) => ({
        pattern: origin,
        enabled: true,
        functions: FUNCTIONS.map((fn) => ({ name: `${name} ${fn}`, path: `evil.${fn}` })),
      })),
    ]);
    for (const [name, , page] of sites) if (name !== 'breaker') await stage.isServing(page.tabId);
  });
  afterAll(async () => {
    for (const [, site, page] of sites) {
      await page.close();
      await site.close();
    }
  });

  function pageOf(mode: keyof typeof MODES): Page {
    const found = sites.find(([name]) => name === mode);
    if (!found) throw new Error(`no page is open as ${mode}`);
    return found[2];
  }

  it('can answer only for itself, although it sees calls of another site', async () => {
    // The spy shows what a page can see, and the liar what it can do.
    const held = client.call('spy hold');
    const ids = await client.call('spy taskIds');
    expect(ids).toHaveLength(2);
    expect(await client.call('liar later', 'text')).toBe('a lie');
    expect(await client.call('liar forge', ids)).toBe('a lie');
    // Port messages arrive in order, so the forged answers have arrived.
    expect(await client.call('liar later', 'text')).toBe('a lie');
    await client.call('spy release', 'true');
    expect(await held).toBe('true');
    await expectOthersToBeServed();
  });

  it('cannot harm the extension by floods of garbage, forged or huge answers', async () => {
    // The lie ends the call at once; the flood continues.
    expect(await client.call('liar flood', 3_000)).toBe('a lie');
    const isFlooded = () => pageOf('liar').evaluate(() => evil.isFlooded(), undefined);
    do await expectOthersToBeServed();
    while (!(await isFlooded()));
    await expectOthersToBeServed();
    expect(await client.call('spy later', 'text')).toBe('signed text');
  });

  it('does not affect other pages if it breaks the page script', async () => {
    const call = client.invoke('breaker later', ['text'], { timeoutMs: 5_000 });
    await expect(call).rejects.toMatchObject({ code: expect.stringMatching(/^(tab_unavailable|timeout)$/) });
    await expectOthersToBeServed();
  });

  it('is harmless once reloaded', async () => {
    for (const [name, , page] of sites) {
      await page.reload();
      await stage.isServing(page.tabId);
      expect(await client.call(`${name} later`, 'text')).toBe('signed text');
      expect(await client.call(`${name} channels`)).toBe(0);
    }
  });
});

/** Patches the documents of frames as soon as it can reach them: empty ones, and those that replace an empty one. */
async function prepareFrames(url: string): Promise<void> {
  const channels: { channel: EventTarget; type: string; dispatch: typeof dispatchEvent }[] = [];
  window.heardTypes = [];
  const patch = (inner: Window & typeof globalThis) => {
    const { dispatchEvent: dispatch } = inner.EventTarget.prototype;
    inner.EventTarget.prototype.dispatchEvent = function (event) {
      if (event.type.endsWith('>')) {
        window.heardTypes.push(event.type);
        channels.push({ channel: this, type: event.type, dispatch });
      }
      return dispatch.call(this, event);
    };
  };
  window.forgeAll = () => {
    for (const { channel, type, dispatch } of channels)
      for (let id = 0; id < 1_000; id++)
        dispatch.call(channel, new CustomEvent(type, { detail: JSON.stringify([{ id, value: 'forged' }]) }));
  };
  const open = (change: (frame: HTMLIFrameElement) => void) =>
    new Promise((resolve) => {
      const frame = document.createElement('iframe');
      frame.onload = resolve;
      change(frame);
      document.body.append(frame);
      patch(frame.contentWindow as Window & typeof globalThis);
    });
  await Promise.all([
    open(() => {}),
    open((frame) => {
      frame.src = url;
    }),
    open((frame) => {
      frame.srcdoc = '<p>a frame</p>';
    }),
  ]);
}

declare global {
  interface Window {
    heardTypes: string[];
    forgeAll(): void;
  }
}
declare const evil: { isFlooded(): boolean };
