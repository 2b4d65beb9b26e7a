import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Page } from '../browser/driver.ts';
import { eventually } from '../browser/eventually.ts';
import { CaptureSite, VAULT_CAPTURES } from '../captures/capture-site.ts';
import { CaptureStage } from '../captures/capture-stage.ts';
import { says } from '../stage/set-up-through-popup.ts';
import { listsIn, searchIn } from '../stage/use-finder.ts';

/** Where captured scripts come from, and which pages run them: redirects, other hosts, pages that freeze all they have. */

const name = inject('browserName');

let site: CaptureSite;
let captures: CaptureStage;
let page: Page;

beforeAll(async () => {
  site = await CaptureSite.start();
  captures = await CaptureStage.start(name);
  page = await captures.setUp(site.url('/other'), VAULT_CAPTURES);
});
afterAll(async () => {
  await captures?.close();
  await site?.close();
});

/** Captures what is in the vault, by a name of its script, and opens a page. */
async function capture(script: string, path: string): Promise<void> {
  await captures.setCaptures(VAULT_CAPTURES.map((one) => ({ ...one, script })));
  await page.goto(site.url(path));
  await captures.stage.isServing(page.tabId);
}

describe('a script that is sent on to another URL is captured', () => {
  it.each([
    ['by the URL that the page asks for', '/latest.js', '/moved'],
    ['by one in between', '/stable.js', '/moved'],
    ['by the URL in the end', '/vault.min.js?moved', '/moved'],
    ['by a pattern that all of them have', '.js', '/moved'],
  ])('%s', async (_by, script, path) => {
    await capture(script, path);
    expect(await captures.stage.value('seal', ['x'])).toBe('k1:x');
    await captures.popupSays(page, 'Active', 2);
    await page.reload();
    await captures.stage.isServing(page.tabId);
    expect(await captures.stage.value('private', ['x'])).toBe('k2/x');
  });

  it('but not where the page checks it, which still runs', async () => {
    await capture('/sealed.js', '/moved-sealed');
    const isWhole = () => page.evaluate(() => 'vault' in globalThis, undefined);
    // Where the document told too late, the browser has refused the script once; from then on it is known.
    if (!(await isWhole())) await page.reload();
    expect(await isWhole()).toBe(true);
    await captures.popupSays(page, 'would reject it if it were changed');
  });
});

describe('a script of another host that is named by its path', () => {
  it.each([
    ['asked for there', '?foreign', '/foreign'],
    ['sent on to there', '/away.js', '/moved-away'],
  ])('is captured once the browser lets us, and the popup says what is missing: %s', async (_how, script, path) => {
    await capture(script === '?foreign' ? '/vault.min.js?foreign' : script, path);
    if (name === 'firefox' && script === '?foreign') await allowHost();
    expect(await captures.stage.value('seal', ['x'])).toBe('k1:x');
  });

  async function allowHost(): Promise<void> {
    const host = new URL(site.urlElsewhere('/')).host;
    await captures.popupSays(page, `Firefox does not let Pagewire change scripts from ${host}`);
    const popup = await captures.stage.browser.openPopup({ tabId: page.tabId, url: await page.url() });
    await popup.control('button', 'Allow captures').click();
    await says(popup, 'Reload the page');
    await popup.close();
    await page.activate();
    await page.reload();
    await captures.stage.isServing(page.tabId);
  }
});

describe('a search in the scripts of a page', () => {
  it('reads them as the page has them, with its cookies; in Chromium without asking its servers again', async () => {
    await captures.setCaptures([]);
    await page.goto(site.url('/members'));
    await captures.stage.isServing(page.tabId);
    await eventually(() => page.evaluate(() => document.readyState === 'complete', undefined));
    const before = Object.fromEntries(site.requests);
    const popup = await captures.stage.browser.openPopup({ tabId: page.tabId, url: await page.url() });
    await popup.control('button', 'Search the page’s scripts').click();
    await popup.control('textbox', 'Text in a script').fill('needle');
    await popup.control('button', 'Search').click();
    // Firefox may have been allowed that host by then.
    await says(popup, name === 'chromium' ? 'Could not be read: closed.js' : 'Found: ');
    for (const file of ['open.js', 'anonymous.js', 'member.js']) await says(popup, `${file} 1:`);
    await popup.close();
    await page.activate();
    const asked = (path: string) => (site.requests.get(path) ?? 0) - (before[path] ?? 0);
    // Firefox gives a script beside a page no part of the page's cache for other hosts.
    if (name === 'chromium') expect(['/anonymous.js', '/member.js', '/open.js'].map(asked)).toEqual([0, 0, 0]);
  });
});

describe('a page that has frozen all that its window inherits', () => {
  const errors = () => page.evaluate(() => hardened.errors(), undefined);

  beforeAll(() => capture('/vault.min.js?hardened', '/hardened'));

  it('has its captures, and says how they are doing', async () => {
    expect(await captures.stage.value('seal', ['x'])).toBe('k1:x');
    expect(await captures.stage.value('private', ['x'])).toBe('k2/x');
    await captures.popupSays(page, 'Active', 2);
    expect(await errors()).toBe('');
  });

  it('is searched and watched', async () => {
    const popup = await captures.stage.browser.openPopup({ tabId: page.tabId, url: await page.url() });
    await searchIn(popup);
    await listsIn(popup, (listed) => listed.some(({ path }) => path === 'hardened.sign'));
    await popup.control('checkbox', 'Watch hardened.sign').click();
    await popup.control('button', 'Watch for 10 seconds').click();
    await popup.control('button', 'Stop watching').seen();
    expect(await page.evaluate(() => hardened.sign('an order'), undefined)).toBe('h:an order');
    await says(popup, '"h:an order"');
    await popup.control('button', 'Stop watching').click();
    await popup.control('button', 'Watch for 10 seconds').seen();
    await popup.close();
    await page.activate();
    expect(await errors()).toBe('');
  });

  it('sees no error of ours through a reload of the extension', async () => {
    await captures.stage.isServingAnew(page.tabId, () => captures.stage.browser.reloadExtension());
    await eventually(async () => (await captures.stage.call('seal', ['x'])).ok);
    expect(await errors()).toBe('');
  });
});

declare const hardened: { errors(): string; sign(text: string): string };
