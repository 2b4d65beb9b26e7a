import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Page } from '../browser/driver.ts';
import { eventually } from '../browser/eventually.ts';
import { ShopSite } from '../site/shop-site.ts';
import type { HttpAnswer } from '../stage/call-over-http.ts';
import { says } from '../stage/set-up-through-popup.ts';
import { Stage } from '../stage/stage.ts';

/** Functions in frames: which frame answers, and calls in frames that go away. The page itself has no `lab`. */

let stage: Stage;
let page: Page;

beforeAll(async () => {
  stage = await Stage.start(inject('browserName'));
  const first = await stage.setUp({ page: 'lab.page', never: 'lab.never', increment: 'lab.counter.increment' });
  await first.close();
});
afterAll(() => stage?.close());
afterEach(() => page.close().catch(() => {}));

describe('in a page of the site', () => {
  beforeEach(async () => {
    page = await stage.browser.openPage(stage.site.url('/open'));
    await stage.isServing(page.tabId);
  });

  it('answers in a frame if the page lacks the function', async () => {
    expect(await stage.call('page')).toMatchObject({ code: 'function_not_found' });
    await addFrame(page, '/lab/frame');
    await answersIn('/lab/frame');
  });

  it('answers in the page if both have the function', async () => {
    await addFrame(page, '/lab/frame');
    await page.evaluate(() => Object.assign(window, { lab: { page: () => 'own' } }), undefined);
    expect(await stage.value('page')).toBe('own');
  });

  it('executes a call in only one of several frames', async () => {
    await addFrame(page, '/lab/one');
    await answersIn('/lab/one');
    await addFrame(page, '/lab/two');
    expect(await stage.value('increment')).toBe(1);
    expect(await stage.value('increment')).toBe(2);
    const counts = await page.evaluate(
      () => Array.from({ length: frames.length }, (_, index) => (frames[index] as unknown as Lab).lab.counter.count),
      undefined,
    );
    expect(counts.toSorted()).toEqual([0, 2]);
  });

  it('answers in a nested frame', async () => {
    await addFrame(page, '/open/middle');
    await page.evaluate(async () => {
      const inner = (frames[0] as Window).document.createElement('iframe');
      inner.src = '/lab/inner';
      (frames[0] as Window).document.body.append(inner);
      await new Promise((resolve) => inner.addEventListener('load', resolve));
    }, undefined);
    await answersIn('/lab/inner');
  });

  it.each(['about:blank', 'srcdoc', 'blob', 'initial'])('answers in a frame without its own URL: %s', async (kind) => {
    await page.evaluate(async (kind) => {
      const frame = document.createElement('iframe');
      if (kind === 'about:blank') frame.src = 'about:blank';
      if (kind === 'srcdoc') frame.srcdoc = '<p>without a URL</p>';
      if (kind === 'blob') frame.src = URL.createObjectURL(new Blob(['<p>blob</p>'], { type: 'text/html' }));
      const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
      document.body.append(frame);
      await loaded;
      Object.assign(frame.contentWindow as Window, { lab: { page: () => `in ${kind}` } });
    }, kind);
    await answersIn(`in ${kind}`);
  });

  it('fails a call at once when its frame is removed', async () => {
    await addFrame(page, '/lab/frame');
    await answersIn('/lab/frame');
    const { answer } = await startNever();
    await page.evaluate(() => document.querySelector('iframe')?.remove(), undefined);
    expect(await answer).toMatchObject({ status: 502, code: 'page_unloaded' });
    expect(await stage.call('page')).toMatchObject({ code: 'function_not_found' });
  });

  it('fails a call at once when its frame is navigated, and answers the next', async () => {
    await addFrame(page, '/lab/frame');
    await answersIn('/lab/frame');
    const { answer } = await startNever();
    await page.evaluate(() => (frames[0] as Window).location.assign('/lab/next'), undefined);
    expect(await answer).toMatchObject({ status: 502, code: 'page_unloaded' });
    await answersIn('/lab/next');
  });

  it('holds a call between two loads of its frame', async () => {
    await addFrame(page, '/lab/frame');
    const { answer } = await startNever();
    const release = stage.site.holdBody('/lab/next');
    await page.evaluate(() => (frames[0] as Window).location.assign('/lab/next'), undefined);
    expect(await answer).toMatchObject({ code: 'page_unloaded' });
    const next = stage.call('page');
    await eventually(async () => (await stage.relay.clients())[0]?.inFlight === 1);
    release();
    expect(await next).toMatchObject({ value: '/lab/next' });
  });

  it('fails a call in a frame at once when the tab is closed', async () => {
    await addFrame(page, '/lab/frame');
    await answersIn('/lab/frame');
    const { answer } = await startNever();
    await page.close();
    expect(await answer).toMatchObject({ status: 502, code: 'tab_closed' });
  });

  it('is listed as one tab', async () => {
    await addFrame(page, '/lab/frame');
    await answersIn('/lab/frame');
    const [fn] = await stage.servedFunctions();
    expect(fn?.tabs).toEqual([{ tabId: page.tabId, url: stage.site.url('/open') }]);
  });

  it('shows in the popup where a function is', async () => {
    await addFrame(page, '/lab/frame');
    const popup = await stage.browser.openPopup({ tabId: page.tabId, url: await page.url() });
    await says(popup, `In the frame ${stage.site.url('/lab/frame')}`);
    await popup.close();
  });
});

describe('in a page of another site', () => {
  beforeEach(async () => {
    page = await stage.browser.openPage(stage.site.url('/open').replace('127.0.0.1', 'localhost'));
  });

  it('answers in the frame, and lists the tab with the URL of the frame', async () => {
    expect(await stage.servingTabs()).toEqual([]);
    await addFrame(page, stage.site.url('/lab/frame'));
    await stage.isServing(page.tabId);
    expect(await stage.value('page')).toBe('/lab/frame');
    const [fn] = await stage.servedFunctions();
    expect(fn?.tabs).toEqual([{ tabId: page.tabId, url: stage.site.url('/lab/frame') }]);
  });

  it('never answers in the page of the other site', async () => {
    await page.evaluate(() => Object.assign(window, { lab: { page: () => 'of another site' } }), undefined);
    await addFrame(page, stage.site.url('/open'));
    await stage.isServing(page.tabId);
    expect(await stage.call('page')).toMatchObject({ code: 'function_not_found' });
  });

  it('fails a call at once when the frame is removed, and stops serving', async () => {
    await addFrame(page, stage.site.url('/lab/frame'));
    await stage.isServing(page.tabId);
    const answer = stage.call('never');
    await eventually(async () => (await stage.relay.clients())[0]?.inFlight === 1);
    await page.evaluate(() => document.querySelector('iframe')?.remove(), undefined);
    expect(await answer).toMatchObject({ status: 502, code: 'page_unloaded' });
    await expect.poll(() => stage.servingTabs()).toEqual([]);
  });

  it('holds calls between two loads of the frame', async () => {
    await addFrame(page, stage.site.url('/lab/frame'));
    await stage.isServing(page.tabId);
    for (let round = 0; round < 3; round++) {
      const never = stage.call('never');
      await eventually(async () => (await stage.relay.clients())[0]?.inFlight === 1);
      const release = stage.site.holdBody(`/lab/next${round}`);
      await page.evaluate(
        (url) => {
          const frame = document.querySelector('iframe');
          if (frame) frame.src = url;
        },
        stage.site.url(`/lab/next${round}`),
      );
      expect(await never).toMatchObject({ code: 'page_unloaded' });
      const answer = stage.call('page', [], { target: { tabId: page.tabId } });
      await eventually(async () => (await stage.relay.clients())[0]?.inFlight === 1);
      release();
      expect(await answer).toMatchObject({ value: `/lab/next${round}` });
    }
  });

  it('lists the site of the frame in the popup, with the places of its functions', async () => {
    await addFrame(page, stage.site.url('/lab/frame'));
    await stage.isServing(page.tabId);
    const popup = await stage.browser.openPopup({ tabId: page.tabId, url: await page.url() });
    await says(popup, 'This page contains a frame from this site.');
    await says(popup, `In the frame ${stage.site.url('/lab/frame')}`);
    await popup.control('button', `Disable on ${stage.site.origin}`).seen();
    await popup.close();
  });

  it('serves the frame again after the background was stopped', async () => {
    await addFrame(page, stage.site.url('/lab/frame'));
    await stage.isServing(page.tabId);
    await stage.isServingAnew(page.tabId, () => stage.browser.killBackground());
    expect(await stage.value('page')).toBe('/lab/frame');
  });
});

it('can be enabled for a frame’s site in the popup of its page', async () => {
  const other = await ShopSite.start();
  page = await stage.browser.openPage(stage.site.url('/open'));
  await addFrame(page, other.url('/lab/frame'));
  const popup = await stage.browser.openPopup({ tabId: page.tabId, url: await page.url() });
  await says(popup, 'Frames from other sites (1)');
  await popup.evaluate(() => document.querySelector('summary')?.click(), undefined);
  await popup.control('button', 'Enable on this site').click();
  await popup.control('button', `Disable on ${other.origin}`).seen();
  await says(popup, 'This page contains a frame from this site.');
  await popup.control('button', `Disable on ${other.origin}`).click();
  await popup.close();
  await other.close();
});

async function addFrame(page: Page, url: string): Promise<void> {
  await page.evaluate(async (url) => {
    const frame = document.createElement('iframe');
    frame.src = url;
    const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
    document.body.append(frame);
    await loaded;
  }, url);
}

/** The background knows a frame once the page has seen its load event. */
async function answersIn(path: string): Promise<void> {
  expect(await stage.value('page')).toBe(path);
}

/** Starts a call and resolves when it runs in the frame. */
async function startNever(): Promise<{ answer: Promise<HttpAnswer> }> {
  const answer = stage.call('never');
  await eventually(() => page.evaluate(() => (frames[0] as unknown as Lab).lab.neverCalls === 1, undefined));
  return { answer };
}

interface Lab {
  lab: { neverCalls: number; counter: { count: number } };
}
