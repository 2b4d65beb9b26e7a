import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { Page } from '../browser/driver.ts';
import { CaptureSite } from '../captures/capture-site.ts';
import { CaptureStage } from '../captures/capture-stage.ts';

/** Functions inside closures, kept by changing the page's scripts on their way into it. */

const name = inject('browserName');
const CAPTURES = [
  { name: 'seal', script: '/vault.min.js', at: { text: 'function t(t)' }, expression: 't' },
  { name: 'private', script: '/vault.min.js', at: { text: 'return this.#o+"/"+t' }, expression: 'this.#r' },
];

let site: CaptureSite;
let captures: CaptureStage;
let page: Page;

beforeAll(async () => {
  site = await CaptureSite.start();
  captures = await CaptureStage.start(name);
  page = await captures.setUp(site.url(), CAPTURES);
});
afterAll(async () => {
  await captures?.close();
  await site?.close();
});

const value = (fn: string, ...args: unknown[]) => captures.stage.value(fn, args);

it('calls a function that only its closure sees, under a strict policy', async () => {
  expect(await value('seal', 'x')).toBe('k1:x');
});

it('calls a private method on its object', async () => {
  expect(await value('private', 'x')).toBe('k2/x');
});

it('survives reloads, also from the cache', async () => {
  const loads = async () => await page.evaluate(() => vault.loads, undefined);
  const before = await loads();
  for (let reload = 0; reload < 3; reload++) {
    await page.reload();
    await captures.stage.isServing(page.tabId);
    expect(await value('seal', 'y')).toBe('k1:y');
  }
  expect(await loads()).not.toBe(before);
});

it('survives navigation, forth and back', async () => {
  await page.goto(site.url('/other'));
  await page.goto(site.url());
  await captures.stage.isServing(page.tabId);
  expect(await value('seal', 'z')).toBe('k1:z');
});

it('survives a stopped background, before and after the page is loaded anew', async () => {
  await captures.stage.isServingAnew(page.tabId, () => captures.stage.browser.killBackground());
  expect(await value('seal', 'a')).toBe('k1:a');
  await page.reload();
  await captures.stage.isServing(page.tabId);
  expect(await value('private', 'b')).toBe('k2/b');
});

it('survives a reload of the extension, without the page being loaded anew', async () => {
  await captures.stage.isServingAnew(page.tabId, () => captures.stage.browser.reloadExtension());
  expect(await value('seal', 'c')).toBe('k1:c');
  await page.reload();
  await captures.stage.isServing(page.tabId);
  expect(await value('seal', 'd')).toBe('k1:d');
});

it('works in a new tab from its first script on', async () => {
  const other = await captures.stage.browser.openPage(site.url());
  await captures.stage.isServing(other.tabId);
  expect(await captures.stage.value('seal', ['e'], { target: { tabId: other.tabId } })).toBe('k1:e');
  await other.close();
  await page.activate();
});

declare const vault: { loads: number };
