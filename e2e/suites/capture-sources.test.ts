import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Page } from '../browser/driver.ts';
import { eventually } from '../browser/eventually.ts';
import { CaptureSite, VAULT_CAPTURES } from '../captures/capture-site.ts';
import { CaptureStage } from '../captures/capture-stage.ts';
import { says } from '../stage/set-up-through-popup.ts';
import { listsIn, searchIn } from '../stage/use-finder.ts';

/** Sources of captured scripts: redirects, other hosts; and pages that freeze all objects. */

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

/** Captures the value in the vault by a script pattern, and opens a page. */
async function capture(script: string, path: string): Promise<void> {
  await captures.setCaptures(VAULT_CAPTURES.map((one) => ({ ...one, script })));
  await page.goto(site.url(path));
  await captures.stage.isServing(page.tabId);
}

describe('a redirected script is captured', () => {
  it.each([
    ['by the requested URL', '/latest.js', '/moved'],
    ['by an intermediate URL', '/stable.js', '/moved'],
    ['by the final URL', '/vault.min.js?moved', '/moved'],
    ['by a pattern that matches all', '.js', '/moved'],
  ])('%s', async (_by, script, path) => {
    await capture(script, path);
    expect(await captures.stage.value('seal', ['x'])).toBe('k1:x');
    await captures.popupSays(page, 'Active', 2);
    await page.reload();
    await captures.stage.isServing(page.tabId);
    expect(await captures.stage.value('private', ['x'])).toBe('k2/x');
  });

  it('but not with an integrity check; the script still runs', async () => {
    await capture('/sealed.js', '/moved-sealed');
    const isWhole = () => page.evaluate(() => 'vault' in globalThis, undefined);
    // If the document declared it late, the browser rejected the script once. From then on it is known.
    if (!(await isWhole())) await page.reload();
    expect(await isWhole()).toBe(true);
    await captures.popupSays(page, 'would reject it if it were changed');
  });
});

describe('a script of another host, matched by its path', () => {
  it.each([
    ['requested there', '?foreign', '/foreign'],
    ['redirected there', '/away.js', '/moved-away'],
  ])('is captured once the permission is granted, which the popup asks for: %s', async (_how, script, path) => {
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

describe('a script search', () => {
  it('reads scripts with the page’s cookies; in Chromium without new requests', async () => {
    await captures.setCaptures([]);
    await page.goto(site.url('/members'));
    await captures.stage.isServing(page.tabId);
    await eventually(() => page.evaluate(() => document.readyState === 'complete', undefined));
    const before = Object.fromEntries(site.requests);
    const popup = await captures.stage.browser.openPopup({ tabId: page.tabId, url: await page.url() });
    await popup.control('button', 'Search the page’s scripts').click();
    await popup.control('textbox', 'Text in a script').fill('needle');
    await popup.control('button', 'Search').click();
    // Firefox may have access to that host by then.
    await says(popup, name === 'chromium' ? 'Could not be read: closed.js' : 'Places found: ');
    for (const file of ['open.js', 'anonymous.js', 'member.js']) await says(popup, `${file} 1:`);
    await popup.close();
    await page.activate();
    const asked = (path: string) => (site.requests.get(path) ?? 0) - (before[path] ?? 0);
    // Firefox's content scripts can't use the page's cache of other hosts.
    if (name === 'chromium') expect(['/anonymous.js', '/member.js', '/open.js'].map(asked)).toEqual([0, 0, 0]);
  });
});

describe('a page that froze all its objects', () => {
  const errors = () => page.evaluate(() => hardened.errors(), undefined);

  beforeAll(() => capture('/vault.min.js?hardened', '/hardened'));

  it('has working captures and their states', async () => {
    expect(await captures.stage.value('seal', ['x'])).toBe('k1:x');
    expect(await captures.stage.value('private', ['x'])).toBe('k2/x');
    await captures.popupSays(page, 'Active', 2);
    expect(await errors()).toBe('');
  });

  it('can be searched and watched', async () => {
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

  it('sees no error of the extension during its reload', async () => {
    await captures.stage.isServingAnew(page.tabId, () => captures.stage.browser.reloadExtension());
    await eventually(async () => (await captures.stage.call('seal', ['x'])).ok);
    expect(await errors()).toBe('');
  });
});

declare const hardened: { errors(): string; sign(text: string): string };
