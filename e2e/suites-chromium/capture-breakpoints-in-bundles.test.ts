import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from '../browser/driver.ts';
import { eventually } from '../browser/eventually.ts';
import { BundleSite } from '../bundles/bundle-site.ts';
import { orderedAt } from '../bundles/ordered-at.ts';
import { CaptureStage } from '../captures/capture-stage.ts';
import { BUNDLED, HIDDEN } from '../captures/capture-table.ts';
import { capturesOfBundle, signOf } from '../captures/captures-of-bundle.ts';

/** The same table with breakpoints, for functions that the page calls itself. */

let captures: CaptureStage;
let site: BundleSite;
let page: Page;

beforeAll(async () => {
  site = await BundleSite.start();
  captures = await CaptureStage.start('chromium');
  page = await captures.setUp(site.url('esbuild'), []);
});
afterAll(async () => {
  await captures?.close();
  await site?.close();
});

describe.each(BUNDLED)('%s', (bundler) => {
  beforeAll(async () => {
    const found = await capturesOfBundle(site, bundler, 'breakpoint');
    await captures.setCaptures(found.map((capture) => ({ ...capture, way: 'breakpoint' })));
    await page.goto(site.url(bundler));
    await captures.stage.isServing(page.tabId);
    // The first load shows where the breakpoints belong.
    await captures.breakpointsAreSet(page, HIDDEN.length);
    await page.reload();
    await captures.stage.isServing(page.tabId);
    await eventually(() => page.evaluate(() => document.documentElement.dataset.ready === 'yes', undefined));
    await page.evaluate(() => {
      for (const button of document.querySelectorAll('button')) button.click();
    }, undefined);
  });

  it.each(HIDDEN)('%s', async (place) => {
    expect(signOf(await captures.stage.value(place, ['an order']))).toBe(orderedAt(place, 'an order'));
  });
});
