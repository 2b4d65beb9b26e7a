import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import type { ExtensionPage, Page } from '../browser/driver.ts';
import { eventually } from '../browser/eventually.ts';
import { ShopSite } from '../site/shop-site.ts';
import { says, textOf } from '../stage/set-up-through-popup.ts';
import { Stage } from '../stage/stage.ts';
import { addFrom, listsIn, searchIn } from '../stage/use-finder.ts';

/** The finder's page and site while its tab navigates. */

const ENCRYPT = 'shop.crypto.encrypt';
const LAB = 'lab.counter.increment';

let stage: Stage;
/** Another port of the same host: another site, covered by the same permission. */
let other: ShopSite;
let page: Page;
let popup: ExtensionPage;

beforeAll(async () => {
  stage = await Stage.start(inject('browserName'));
  other = await ShopSite.start();
  await (await stage.setUp({ always: 'encodeURIComponent' }, '/open')).close();
  await stage.importSites((sites) => [
    ...sites,
    { pattern: other.origin, enabled: true, functions: [{ name: 'elsewhere', path: 'encodeURIComponent' }] },
  ]);
});
afterAll(async () => {
  await stage?.close();
  await other?.close();
});
beforeEach(async () => {
  page = await stage.browser.openPage(stage.site.url('/open'));
  await stage.isServing(page.tabId);
  popup = await openPopup();
});
afterEach(async () => {
  await popup.close().catch(() => {});
  await page.close().catch(() => {});
});

async function openPopup(): Promise<ExtensionPage> {
  return await stage.browser.openPopup({ tabId: page.tabId, url: await page.url() });
}

/** Waits until a site has a function of this name. */
async function isAdded(name: string, pattern: string): Promise<void> {
  const options = await stage.browser.openOptions();
  await eventually(async () => {
    const names = await options.evaluate(
      (site) =>
        Array.from(
          document.querySelectorAll(`[aria-label="Functions of ${site}"] .function-name`),
          (found) => found.textContent,
        ),
      pattern,
    );
    return names.includes(name);
  });
  await options.close();
}

it('closes an open finder when the tab goes to another site', async () => {
  await searchIn(popup);
  await page.goto(other.url('/open'));
  // Shown by the popup's first page, not by the finder.
  await popup.control('button', 'Options').seen();
});

it('does not open again for the previous site', async () => {
  await searchIn(popup);
  await popup.close();
  await page.goto(other.url('/open'));
  await stage.isServing(page.tabId);
  popup = await openPopup();
  await popup.control('button', 'Find a function').seen();
  expect(await textOf(popup)).not.toContain('Search again');
  await searchIn(popup);
  await addFrom(popup, ENCRYPT, 'found-there');
  await isAdded('found-there', other.origin);
});

it('continues when the page navigates within the site', async () => {
  await searchIn(popup);
  await page.evaluate(() => history.pushState(null, '', '/open/pushed'), undefined);
  await popup.close();
  popup = await openPopup();
  await popup.control('button', 'Search again').seen();
  await page.goto(stage.site.url('/open/next'));
  await popup.control('button', 'Search').seen();
});

it('adds a function of a frame to the site of the frame', async () => {
  await searchIn(popup);
  await page.evaluate(async (src) => {
    const frame = document.createElement('iframe');
    frame.src = src;
    document.body.append(frame);
    await new Promise((resolve) => frame.addEventListener('load', resolve));
  }, other.url('/open/lab'));
  await popup.control('textbox', 'Filter by name or source').fill(LAB);
  await listsIn(popup, ([first]) => first?.path === LAB);
  await addFrom(popup, LAB, 'found-inside');
  await isAdded('found-inside', other.origin);
  await eventually(async () => (await stage.call('found-inside', [], { target: { tabId: page.tabId } })).ok);
});

it('hides the search of a page in the back/forward cache, and shows it again when the page is restored', async () => {
  await searchIn(popup);
  await page.goto(stage.site.url('/open/lab/two'));
  await stage.isServing(page.tabId);
  await popup.control('button', 'Search').seen();
  await popup.control('button', 'Search').click();
  await popup.control('textbox', 'Filter by name or source').fill(LAB);
  await listsIn(popup, ([first]) => first?.path === LAB);
  await popup.control('textbox', 'Filter by name or source').fill('');
  await page.evaluate(() => setTimeout(() => history.back()), undefined);
  await listsIn(popup, (listed) => listed.length > 0 && listed.every(({ path }) => path.startsWith('shop.')));
});

it('ends a trial call when the page is left', async () => {
  await page.evaluate(() => Object.assign(window, { shop: { encryptNever: () => new Promise(() => {}) } }), undefined);
  await searchIn(popup);
  await popup.control('button', 'Try shop.encryptNever').click();
  await popup.control('button', 'Run shop.encryptNever').click();
  await says(popup, 'Running');
  await page.goto(stage.site.url('/open/next'));
  await popup.control('button', 'Search').seen();
});
