import { afterAll, beforeAll, describe, inject, it } from 'vitest';
import { eventually } from '../browser/eventually.ts';
import { BundleSite } from '../bundles/bundle-site.ts';
import { BUNDLERS, type Bundler } from '../bundles/bundlers.ts';
import { orderedAt, PLACES } from '../bundles/ordered-at.ts';
import { Stage } from '../stage/stage.ts';

/** Checks that the built sample page itself works. */

const bundlers = Object.keys(BUNDLERS) as Bundler[];
let stage: Stage;
let site: BundleSite;
beforeAll(async () => {
  stage = await Stage.start(inject('browserName'));
  site = await BundleSite.start();
});
afterAll(async () => {
  await site.close();
  await stage.close();
});

describe.each(bundlers)('the sample page built by %s', (bundler) => {
  it.each(['first', 'next'] as const)('places an order by each function (%s version)', async (version) => {
    site.deploy(version);
    const page = await stage.browser.openPage(site.url(bundler));
    await eventually(() => page.evaluate(() => document.documentElement.dataset.ready === 'yes', undefined));
    for (const place of PLACES) {
      await page.evaluate((id) => document.getElementById(id)?.click(), place);
      const answer = () => page.evaluate(() => document.getElementById('answer')?.textContent, undefined);
      await eventually(async () => (await answer()) === orderedAt(place, 'an order'));
    }
    await page.close();
  });
});
