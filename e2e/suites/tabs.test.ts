import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Page } from '../browser/driver.ts';
import { eventually } from '../browser/eventually.ts';
import type { HttpAnswer } from '../stage/call-over-http.ts';
import { Stage } from '../stage/stage.ts';

/** Tabs that are reloaded, left and closed, and the choice among several. */

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.start(inject('browserName'));
  const page = await stage.setUp({ page: 'lab.page', never: 'lab.never' });
  await page.close();
});
afterAll(() => stage?.close());

// Far below the timeout of a call, to test "at once".
const AT_ONCE_MS = 5_000;

describe('one tab', () => {
  let page: Page;
  beforeEach(async () => {
    page = await openLab('/lab/one');
  });
  afterEach(() => page.close().catch(() => {}));

  it('fails a call at once when its page is reloaded, and answers the next', async () => {
    const { answer } = await startNever(page);
    await page.reload();
    expectAtOnce(await answer, 'page_unloaded');
    expect(await stage.value('page')).toBe('/lab/one');
  });

  it('fails a call at once when its page is left, and answers the next', async () => {
    const { answer } = await startNever(page);
    await page.goto(stage.site.url('/lab/two'));
    expectAtOnce(await answer, 'page_unloaded');
    expect(await stage.value('page')).toBe('/lab/two');
  });

  it('fails a call at once when its tab is closed', async () => {
    const { answer } = await startNever(page);
    await page.close();
    expectAtOnce(await answer, 'tab_closed');
    await expect.poll(() => stage.servingTabs()).toEqual([]);
    expect(await stage.call('page')).toMatchObject({ status: 502, code: 'tab_unavailable' });
  });

  it('serves again after going back to it', async () => {
    await page.goto('about:blank');
    await expect.poll(() => stage.servingTabs()).toEqual([]);
    await page.evaluate(() => history.back(), undefined).catch(() => {});
    await stage.isServing(page.tabId);
    expect(await stage.value('page')).toBe('/lab/one');
  });
});

describe('several tabs', () => {
  let one: Page;
  let two: Page;
  beforeAll(async () => {
    one = await openLab('/lab/one');
    two = await openLab('/lab/two');
  });
  afterAll(async () => {
    await one?.close();
    await two?.close();
  });

  it('calls the active tab', async () => {
    await one.activate();
    await stage.untilAnswered('/lab/one', 'page');
    await two.activate();
    await stage.untilAnswered('/lab/two', 'page');
  });

  it('calls the most recently used tab if none is active', async () => {
    await one.activate();
    await stage.untilAnswered('/lab/one', 'page');
    const other = await stage.browser.openPage('about:blank');
    expect(await stage.value('page')).toBe('/lab/one');
    await other.close();
  });

  it('calls the tab with the given tabId', async () => {
    expect(await stage.value('page', [], { target: { tabId: one.tabId } })).toBe('/lab/one');
    expect(await stage.value('page', [], { target: { tabId: two.tabId } })).toBe('/lab/two');
  });

  it('calls the tab with the given URL prefix', async () => {
    expect(await stage.value('page', [], { target: { url: stage.site.url('/lab/one') } })).toBe('/lab/one');
    expect(await stage.value('page', [], { target: { url: stage.site.url('/lab/two') } })).toBe('/lab/two');
  });

  it('fails a call for an unknown tab', async () => {
    expect(await stage.call('page', [], { target: { tabId: 999_999 } })).toMatchObject({ code: 'tab_unavailable' });
    expect(await stage.call('page', [], { target: { url: 'https://elsewhere.example/' } })).toMatchObject({
      code: 'tab_unavailable',
    });
  });

  it('fails only the calls of a closed tab', async () => {
    const stays = stage.call('never', [], { target: { tabId: two.tabId }, timeoutMs: 3_000 });
    const goes = stage.call('never', [], { target: { tabId: one.tabId } });
    await eventually(async () => (await neverCalls(one)) + (await neverCalls(two)) === 2);
    await one.reload();
    expect(await goes).toMatchObject({ code: 'page_unloaded' });
    expect(await stays).toMatchObject({ code: 'timeout' });
  });
});

async function openLab(path: string): Promise<Page> {
  const page = await stage.browser.openPage(stage.site.url(path));
  await stage.isServing(page.tabId);
  return page;
}

/** Starts a call that never settles and resolves when it runs in the page. */
async function startNever(page: Page): Promise<{ answer: Promise<HttpAnswer> }> {
  const answer = stage.call('never');
  await eventually(async () => (await neverCalls(page)) > 0);
  return { answer };
}

function neverCalls(page: Page): Promise<number> {
  return page.evaluate(() => lab.neverCalls, undefined);
}

function expectAtOnce(answer: HttpAnswer, code: string): void {
  expect(answer).toMatchObject({ status: 502, code });
  expect(answer.ms).toBeLessThan(AT_ONCE_MS);
}

declare const lab: { neverCalls: number };
