import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { ExtensionPage, Page } from '../browser/driver.ts';
import { eventually } from '../browser/eventually.ts';
import { BundleSite } from '../bundles/bundle-site.ts';
import type { Bundler } from '../bundles/bundlers.ts';
import { orderedAt } from '../bundles/ordered-at.ts';
import { setUpThroughPopup } from '../stage/set-up-through-popup.ts';
import { Stage } from '../stage/stage.ts';
import { addFrom, type ListedCandidate, searchIn } from '../stage/use-finder.ts';

/** The finder in the output of each bundler. */

/** Bundlers with reachable modules. Single files need captures. */
const REACHABLE = ['webpack4', 'webpack5', 'rspack', 'vite', 'esbuild'] as const satisfies Bundler[];
const ROOT = {
  webpack4: 'webpack:webpackJsonpshop/',
  webpack5: 'webpack:webpackChunk/',
  rspack: 'webpack:rspackChunk/',
  vite: 'module:/vite/assets/order-sign-*.js#',
  esbuild: 'module:/esbuild/chunk-*.js#',
} as const;

let stage: Stage;
let site: BundleSite;
let isSetUp = false;
beforeAll(async () => {
  stage = await Stage.start(inject('browserName'));
  site = await BundleSite.start();
});
afterAll(async () => {
  await site.close();
  await stage.close();
});

async function openPage(bundler: Bundler): Promise<Page> {
  const page = await stage.browser.openPage(site.url(bundler));
  await isReady(page);
  return page;
}

async function isReady(page: Page): Promise<void> {
  await eventually(() => page.evaluate(() => document.documentElement.dataset.ready === 'yes', undefined));
}

/** The popup for a page of the enabled site. */
async function openPopup(page: Page): Promise<ExtensionPage> {
  if (isSetUp) return await stage.browser.openPopup({ tabId: page.tabId, url: await page.url() });
  isSetUp = true;
  const { clientId, relay, browser } = stage;
  return await setUpThroughPopup(browser, page, { relayUrl: relay.socketUrl, clientId, functions: {} });
}

/** Recognizes the encrypt function by its source, independent of its name. */
const isEncrypt = ({ source }: ListedCandidate) => source.includes('an order is a text');

describe.each(REACHABLE)('in the output of %s, the finder', (bundler) => {
  const [encrypt, sign] = [`encrypt-${bundler}`, `sign-${bundler}`];
  let page: Page;

  it('ranks the encrypt function first or second', async () => {
    site.deploy('first');
    page = await openPage(bundler);
    const popup = await openPopup(page);
    const listed = await searchIn(popup);
    const rank = listed.findIndex(isEncrypt) + 1;
    console.log(
      `${bundler}: rank ${rank} of ${listed.length}: ${listed[rank - 1]?.path}, ${listed[rank - 1]?.reasons}`,
    );
    expect(rank, JSON.stringify(listed.slice(0, 5), undefined, 1)).toBeGreaterThan(0);
    expect(rank).toBeLessThanOrEqual(2);
    expect(listed[rank - 1]?.path).toContain(ROOT[bundler]);

    const signer = listed.find(({ path }) => path.endsWith('.sign'));
    await addFrom(popup, listed[rank - 1]?.path as string, encrypt);
    await addFrom(popup, signer?.path as string, sign);
    await eventually(async () => (await stage.servedFunctions()).some(({ name }) => name === sign));
    await popup.close();
  });

  it('makes both callable through the relay, a method on its object', async () => {
    const target = { tabId: page.tabId };
    expect(await stage.value(encrypt, ['an order'], { target })).toBe(orderedAt('exported', 'an order'));
    expect(await stage.value(sign, ['an order'], { target })).toBe(orderedAt('signer', 'an order'));
  });

  it('stores fingerprints that find both in the next version of the site', async () => {
    site.deploy('next');
    await page.reload();
    await isReady(page);
    await stage.isServing(page.tabId);
    const target = { tabId: page.tabId };
    expect(await stage.value(encrypt, ['an order'], { target })).toBe(orderedAt('exported', 'an order'));
    expect(await stage.value(sign, ['an order'], { target })).toBe(orderedAt('signer', 'an order'));
  });

  it('stores fingerprints that detect removed functions', async () => {
    site.deploy('gone');
    await page.reload();
    await isReady(page);
    await stage.isServing(page.tabId);
    for (const fn of [encrypt, sign]) {
      const answer = await stage.call(fn, ['an order'], { target: { tabId: page.tabId } });
      expect(answer).toMatchObject({
        status: 404,
        code: 'function_not_found',
        message: expect.stringContaining('is gone'),
      });
    }
    await page.close();
  });
});

describe.each(['guarded', 'obfuscated'] as const)('in the single-file page %s, the finder', (bundler) => {
  it('does not list functions that only captures reach', async () => {
    site.deploy('first');
    const page = await openPage(bundler);
    const popup = await openPopup(page);
    const listed = await searchIn(popup);
    expect(listed.filter(isEncrypt)).toEqual([]);
    await popup.close();
    await page.close();
  });
});
