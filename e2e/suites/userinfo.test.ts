import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { Page } from '../browser/driver.ts';
import { says } from '../stage/set-up-through-popup.ts';
import { Stage } from '../stage/stage.ts';

/** A page with user name and password in its URL. Neither leaves the browser. */

let stage: Stage;
let page: Page;
const withPassword = (path: string) => stage.site.url(path).replace('http://', 'http://alice:s3cret@');

beforeAll(async () => {
  stage = await Stage.start(inject('browserName'));
  const first = await stage.setUp({
    page: 'lab.page',
    throwError: 'lab.throwError',
    fetch: 'window.fetch',
    missing: 'module:/nothing.js#f',
  });
  await first.close();
  page = await stage.browser.openPage(withPassword('/open/lab/one'));
  await stage.isServing(page.tabId);
});
afterAll(() => stage?.close());

it('is listed without them, also after it changes its URL', async () => {
  expect(await page.evaluate(() => document.URL, undefined)).toContain('s3cret');
  expect((await stage.servedFunctions())[0]?.tabs).toMatchObject([{ url: stage.site.url('/open/lab/one') }]);
  await page.evaluate(() => history.pushState(null, '', '/open/lab/two'), undefined);
  const listed = async () => (await stage.servedFunctions())[0]?.tabs[0]?.url;
  await expect.poll(listed).toBe(stage.site.url('/open/lab/two'));
});

it('matches a target with or without them', async () => {
  for (const url of [stage.site.url('/open/'), withPassword('/open/')])
    expect(await stage.value('page', [], { target: { url } })).toBe('/open/lab/two');
});

it.each([
  // Its stack contains the URL of the script.
  ['throwError', [], 'the cart is empty'],
  // Rejected by the browser, because the page's URL has them.
  ['fetch', ['/api'], '/api'],
  ['missing', [], 'nothing.js'],
])('does not leak them by an error of %s', async (fn, args, expected) => {
  const answer = await stage.call(fn, args);
  expect(answer).toMatchObject({ ok: false, message: expect.stringContaining(expected) });
  expect(JSON.stringify(answer)).not.toContain('s3cret');
});

it('works in the popup like any page', async () => {
  const popup = await stage.browser.openPopup({ tabId: page.tabId, url: await page.url() });
  await says(popup, 'Found');
  await popup.close();
});
