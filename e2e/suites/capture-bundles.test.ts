import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Page } from '../browser/driver.ts';
import { eventually } from '../browser/eventually.ts';
import { BundleSite } from '../bundles/bundle-site.ts';
import { orderedAt } from '../bundles/ordered-at.ts';
import { CaptureStage } from '../captures/capture-stage.ts';
import { BUNDLED, HIDDEN } from '../captures/capture-table.ts';
import { capturesOfBundle, signOf } from '../captures/captures-of-bundle.ts';
import { addFrom, searchIn } from '../stage/use-finder.ts';

/** The table of docs/capture.md: hidden functions of each bundler in this browser. */

const browserName = inject('browserName');
let captures: CaptureStage;
let site: BundleSite;
let page: Page;

beforeAll(async () => {
  site = await BundleSite.start();
  captures = await CaptureStage.start(browserName);
  // Firefox asks for permission once, with the first capture.
  page = await captures.setUp(site.url('esbuild'), [
    { name: 'none', script: '/none.js', at: { line: 1, column: 1 }, expression: 'none' },
  ]);
});
afterAll(async () => {
  await captures?.close();
  await site?.close();
});

describe.each(BUNDLED)('%s', (bundler) => {
  beforeAll(async () => {
    await captures.setCaptures(await capturesOfBundle(site, bundler));
    await page.goto(site.url(bundler));
    await captures.stage.isServing(page.tabId);
  });

  it.each(HIDDEN)('%s', async (place) => {
    const made = await captures.stage.value(place, ['an order']);
    expect(signOf(made)).toBe(orderedAt(place, 'an order'));
  });
});

it.each(['webpack5', 'vite'] as const)(
  'an exported function of %s keeps its fingerprint with a capture in it',
  async (bundler) => {
    await captures.setCaptures([]);
    await page.goto(site.url(bundler));
    await captures.stage.isServing(page.tabId);
    const open = async () => await captures.stage.browser.openPopup({ tabId: page.tabId, url: await page.url() });
    let popup = await open();
    const exported = (await searchIn(popup)).find(({ source }) => source.includes('an order is a text'));
    await addFrom(popup, exported?.path ?? 'none', 'exported');
    await popup.close();

    popup = await open();
    await popup.control('button', 'Back').click();
    await popup.control('button', 'Add capture').click();
    await popup.control('textbox', 'Capture name').fill('inside');
    await popup.control('textbox', 'Script').fill('.js');
    await popup.control('textbox', 'Place').fill('an order is a text');
    await popup.control('textbox', 'Expression').fill('arguments[0]');
    await popup.control('button', 'Add').click();
    await popup.control('button', 'Edit capture inside').seen();
    await popup.close();
    await page.activate();
    await eventually(async () => (await captures.stage.servedFunctions()).some(({ name }) => name === 'inside'));
    await page.reload();
    await captures.stage.isServing(page.tabId);
    await captures.popupSays(page, 'has not run the code at this place yet');
    expect(await captures.stage.value('exported', ['an order'])).toBe(orderedAt('exported', 'an order'));
  },
);

it('a page with anti-debugging code detects nothing', async () => {
  await captures.setCaptures(await capturesOfBundle(site, 'guarded'));
  await page.goto(site.url('guarded'));
  await captures.stage.isServing(page.tabId);
  await captures.stage.value('closure', ['an order']);
  // It checks every half second.
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 2_000)), undefined);
  expect(await page.evaluate(() => document.documentElement.dataset.devtools, undefined)).toBeUndefined();
});
