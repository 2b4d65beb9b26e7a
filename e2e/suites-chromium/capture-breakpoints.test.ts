import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Page } from '../browser/driver.ts';
import { CaptureSite } from '../captures/capture-site.ts';
import { CaptureStage } from '../captures/capture-stage.ts';

/** Values kept by breakpoints that never pause, for scripts that can't be changed. */

let site: CaptureSite;
let captures: CaptureStage;
let page: Page;

beforeAll(async () => {
  site = await CaptureSite.start();
  captures = await CaptureStage.start('chromium');
  const script = '/vault.min.js?sealed';
  page = await captures.setUp(site.url('/sealed'), [
    { name: 'seal', script, at: { text: 'function t(t)' }, expression: 't', way: 'breakpoint' },
    { name: 'private', script, at: { text: 'return this.#o+"/"+t' }, expression: 'this.#r', way: 'breakpoint' },
  ]);
  // The first load tells where the breakpoints belong.
  await page.reload();
  await captures.stage.isServing(page.tabId);
});
afterAll(async () => {
  await captures?.close();
  await site?.close();
});

it('reach a script that the page checks, under a strict policy', async () => {
  expect(await captures.laterValue('seal', ['x'])).toBe('k1:x');
});

it('keep the object of a method once the page calls it', async () => {
  expect(await page.evaluate(() => vault.go('own'), undefined)).toBe('k2/own');
  expect(await captures.laterValue('private', ['x'])).toBe('k2/x');
});

declare const vault: { go(text: string): string };
