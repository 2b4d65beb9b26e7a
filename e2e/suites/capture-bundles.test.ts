import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Page } from '../browser/driver.ts';
import { BundleSite } from '../bundles/bundle-site.ts';
import { orderedAt } from '../bundles/ordered-at.ts';
import { CaptureStage } from '../captures/capture-stage.ts';
import { BUNDLED, HIDDEN } from '../captures/capture-table.ts';
import { capturesOfBundle, signOf } from '../captures/captures-of-bundle.ts';

/** The table of docs/capture.md: each bundler's functions that only their closure sees, in this browser. */

const browserName = inject('browserName');
let captures: CaptureStage;
let site: BundleSite;
let page: Page;

beforeAll(async () => {
  site = await BundleSite.start();
  captures = await CaptureStage.start(browserName);
  // Firefox asks once, with the first capture.
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

it('and a page that looks for a debugger has seen none', async () => {
  await captures.setCaptures(await capturesOfBundle(site, 'guarded'));
  await page.goto(site.url('guarded'));
  await captures.stage.isServing(page.tabId);
  await captures.stage.value('closure', ['an order']);
  // It looks every half a second: after these it has.
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 2_000)), undefined);
  expect(await page.evaluate(() => document.documentElement.dataset.devtools, undefined)).toBeUndefined();
});
