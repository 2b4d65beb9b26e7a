import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { Page } from '../browser/driver.ts';
import { says } from '../stage/set-up-through-popup.ts';
import { Stage } from '../stage/stage.ts';

/** A page that was opened with a name and a password in its URL: neither leaves the browser. */

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

it('is listed without them, also once it has changed its own address', async () => {
  expect(await page.evaluate(() => document.URL, undefined)).toContain('s3cret');
  expect((await stage.servedFunctions())[0]?.tabs).toMatchObject([{ url: stage.site.url('/open/lab/one') }]);
  await page.evaluate(() => history.pushState(null, '', '/open/lab/two'), undefined);
  const listed = async () => (await stage.servedFunctions())[0]?.tabs[0]?.url;
  await expect.poll(listed).toBe(stage.site.url('/open/lab/two'));
});

it('is found by a target with them and without them', async () => {
  for (const url of [stage.site.url('/open/'), withPassword('/open/')])
    expect(await stage.value('page', [], { target: { url } })).toBe('/open/lab/two');
});

it.each([
  // Its stack names the script.
  ['throwError', [], 'the cart is empty'],
  // Refused, because the page's own URL has them.
  ['fetch', ['/api'], '/api'],
  ['missing', [], 'nothing.js'],
])('is not told of by an error of %s', async (fn, args, expected) => {
  const answer = await stage.call(fn, args);
  expect(answer).toMatchObject({ ok: false, message: expect.stringContaining(expected) });
  expect(JSON.stringify(answer)).not.toContain('s3cret');
});

it('is served in the popup as any page is', async () => {
  const popup = await stage.browser.openPopup({ tabId: page.tabId, url: await page.url() });
  await says(popup, 'Found');
  await popup.close();
});
