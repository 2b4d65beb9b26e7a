import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { Page } from '../browser/driver.ts';
import { eventually } from '../browser/eventually.ts';
import { CaptureStage } from '../captures/capture-stage.ts';
import { ANSWER, CLOSURE_PAGES, type ClosureCase, type ClosurePage } from '../reach/reach-pages.ts';
import { ReachSite } from '../reach/reach-site.ts';

/** Functions in closures, captured by clicks alone: a search in the scripts, a match, a name. */

let site: ReachSite;
let captures: CaptureStage;
let page: Page;
beforeAll(async () => {
  site = await ReachSite.start();
  captures = await CaptureStage.start(inject('browserName'));
  page = await captures.setUp(site.url('byname'), [
    { name: 'first', script: '/none.js', at: { text: 'none' }, expression: 'none' },
  ]);
});
afterAll(async () => {
  await captures?.close();
  await site?.close();
});

it.each(Object.keys(CLOSURE_PAGES) as ClosurePage[])('captures the function of the page "%s"', async (name) => {
  const { stage } = captures;
  const fn = `sign-${name}`;
  const { search, expression }: ClosureCase = CLOSURE_PAGES[name];
  await page.goto(site.url(name));
  await stage.isServing(page.tabId);
  const popup = await stage.browser.openPopup({ tabId: page.tabId, url: site.url(name) });
  await popup.control('button', 'Search the page’s scripts').click();
  await popup.control('textbox', 'Text in a script').fill(search);
  await popup.control('button', 'Search').click();
  const here = await popup.evaluate(async () => {
    const buttons = () => [...document.querySelectorAll<HTMLButtonElement>('.capture-matches button')];
    while (buttons().length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    return buttons()[0]?.getAttribute('aria-label') ?? '';
  }, undefined);
  await popup.control('button', here).click();
  await popup.control('textbox', 'Capture name').fill(fn);
  if (expression !== undefined) await popup.control('textbox', 'Expression').fill(expression);
  await popup.control('button', 'Add').click();
  await popup.control('button', `Edit capture ${fn}`).seen();
  await popup.close();
  await page.activate();
  await eventually(async () => (await stage.servedFunctions()).some((served) => served.name === fn));
  await page.reload();
  await stage.isServing(page.tabId);
  await eventually(async () => (await stage.call(fn, ['x'])) !== undefined);
  expect(await stage.value(fn, ['x'])).toBe(ANSWER);
});
