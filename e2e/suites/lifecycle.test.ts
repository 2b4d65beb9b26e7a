import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import type { Page } from '../browser/driver.ts';
import { eventually } from '../browser/eventually.ts';
import { Stage } from '../stage/stage.ts';

/** Pages while the user navigates: within the page, away and back, and to a prerendered page. */

let stage: Stage;
let page: Page;

beforeAll(async () => {
  stage = await Stage.start(inject('browserName'));
  const first = await stage.setUp({
    location: 'location.toString',
    page: 'lab.page',
    never: 'lab.never',
    increment: 'lab.counter.increment',
  });
  await first.close();
});
afterAll(() => stage?.close());
beforeEach(async () => {
  page = await stage.browser.openPage(stage.site.url('/open/lab/one'));
  await stage.isServing(page.tabId);
});
afterEach(() => page.close());

it('lists a page that changes its URL by the new URL, and by the old one after going back', async () => {
  const byUrl = (path: string) => stage.call('page', [], { target: { url: stage.site.url(path) } });
  const listed = async () => (await stage.servedFunctions())[0]?.tabs[0]?.url;
  await page.evaluate(() => history.pushState(null, '', '/open/lab/pushed?secret=1'), undefined);
  await expect.poll(listed).toBe(stage.site.url('/open/lab/pushed'));
  expect(await byUrl('/open/lab/pushed')).toMatchObject({ ok: true });
  expect(await byUrl('/open/lab/one')).toMatchObject({ code: 'tab_unavailable' });
  await page.evaluate(() => history.back(), undefined);
  await expect.poll(listed).toBe(stage.site.url('/open/lab/one'));
  expect(await byUrl('/open/lab/one')).toMatchObject({ ok: true });
  expect(await stage.value('increment')).toBe(1);
  expect(await stage.value('increment')).toBe(2);
});

it('holds a call for a function whose script is still loading', async () => {
  const url = stage.site.url('/open/lab/slow');
  const release = stage.site.hold('/lab.js');
  await page.evaluate((slow) => location.assign(slow), url);
  await eventually(async () => (await stage.servedFunctions())[0]?.tabs[0]?.url === url);
  const answers = ['page', 'increment'].map((fn) => stage.call(fn, [], { target: { url } }));
  // Called later and answered at once: by then the page got the other calls too.
  expect(await stage.call('location', [], { target: { url } })).toMatchObject({ ok: true });
  release();
  expect(await Promise.all(answers)).toMatchObject([{ value: '/open/lab/slow' }, { value: 1 }]);
});

it('fails calls of a page that enters the back/forward cache, and serves the restored page', async () => {
  expect(await stage.value('increment')).toBe(1);
  const answer = stage.call('never');
  await eventually(() => page.evaluate(() => lab.neverCalls === 1, undefined));
  await page.goto(stage.site.url('/open/lab/two'));
  expect(await answer).toMatchObject({ code: 'page_unloaded' });
  expect(await stage.value('page')).toBe('/open/lab/two');
  expect(await stage.value('increment')).toBe(1);

  await goTo('back', '/open/lab/one');
  expect(await stage.value('page')).toBe('/open/lab/one');
  // Restored, because a reload would start at 1; and executed once, because a second bridge would make it 3.
  expect(await stage.value('increment')).toBe(2);
  expect(await page.evaluate(() => lab.counter.count, undefined)).toBe(2);
});

it('does not serve a page in the back/forward cache', async () => {
  expect(await stage.value('increment')).toBe(1);
  await page.goto('about:blank');
  await expect.poll(() => stage.servingTabs()).toEqual([]);
  expect(await stage.call('increment')).toMatchObject({ code: 'tab_unavailable' });
  await goTo('back', '/open/lab/one');
  await stage.isServing(page.tabId);
  expect(await stage.value('increment')).toBe(2);
});

it('executes each call once while going back and forth', async () => {
  await page.goto(stage.site.url('/open/lab/two'));
  for (let round = 1; round <= 3; round++) {
    await goTo('back', '/open/lab/one');
    expect(await stage.value('page')).toBe('/open/lab/one');
    expect(await stage.value('increment')).toBe(round);
    await goTo('forward', '/open/lab/two');
    expect(await stage.value('page')).toBe('/open/lab/two');
    expect(await stage.value('increment')).toBe(round);
  }
});

/** Resolves once that page is the tab's. Told before it happens: a page that goes away under an evaluation may be told as a failure. */
async function goTo(direction: 'back' | 'forward', path: string): Promise<void> {
  await page.evaluate((direction) => setTimeout(() => history[direction]()), direction);
  await expect.poll(() => page.url()).toBe(stage.site.url(path));
}

declare const lab: { neverCalls: number; counter: { count: number } };
