import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { eventually } from '../browser/eventually.ts';
import { ANSWER, REACH_PAGES, type ReachPage } from '../reach/reach-pages.ts';
import { ReachSite } from '../reach/reach-site.ts';
import { setUpThroughPopup } from '../stage/set-up-through-popup.ts';
import { Stage } from '../stage/stage.ts';
import { addFrom, searchIn } from '../stage/use-finder.ts';

/** Functions that the finder reaches in all kinds of pages. */

let stage: Stage;
let site: ReachSite;
let isSetUp = false;
beforeAll(async () => {
  stage = await Stage.start(inject('browserName'));
  site = await ReachSite.start();
});
afterAll(async () => {
  await site?.close();
  await stage?.close();
});

it.each(Object.keys(REACH_PAGES) as ReachPage[])('finds the function of the page "%s" first', async (name) => {
  const page = await stage.browser.openPage(site.url(name));
  const { clientId, relay, browser } = stage;
  const popup = isSetUp
    ? await browser.openPopup({ tabId: page.tabId, url: await page.url() })
    : await setUpThroughPopup(browser, page, { relayUrl: relay.socketUrl, clientId, functions: {} });
  isSetUp = true;
  const [best, ...others] = await searchIn(popup);
  expect(best?.path, JSON.stringify([best, ...others.slice(0, 4)], undefined, 1)).toMatch(/(^|[.#])(sign|\w)$/);
  await addFrom(popup, best?.path as string, `sign-${name}`);
  await eventually(async () => (await stage.servedFunctions()).some((served) => served.name === `sign-${name}`));
  expect(await stage.value(`sign-${name}`, ['x'])).toBe(ANSWER);
  await popup.close();
  await page.close();
});
