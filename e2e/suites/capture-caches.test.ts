import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { Capture } from '../../extension/sites/capture-schema.ts';
import type { Page } from '../browser/driver.ts';
import { CaptureSite, VAULT_CAPTURES } from '../captures/capture-site.ts';
import { CaptureStage } from '../captures/capture-stage.ts';

/** Caching: originals are not requested more often than without captures, and changed scripts do not outlive their capture. */

const name = inject('browserName');

let site: CaptureSite;
let captures: CaptureStage;
let page: Page;

beforeAll(async () => {
  site = await CaptureSite.start();
  captures = await CaptureStage.start(name);
  page = await captures.setUp(site.url(), VAULT_CAPTURES);
  // Chromium may reload once if the debugger attached late.
  await captures.stage.value('seal', ['x']);
});
afterAll(async () => {
  await captures?.close();
  await site?.close();
});

// The relay may list a tab between two pages.
const value = (fn: string, ...args: unknown[]) => captures.stage.value(fn, args);

it('survives reloads, also with a cached script', async () => {
  const loads = async () => await page.evaluate(() => vault.loads, undefined);
  const before = await loads();
  for (let reload = 0; reload < 3; reload++) {
    await page.reload();
    await captures.stage.isServing(page.tabId);
    expect(await value('seal', 'y')).toBe('k1:y');
  }
  expect(await loads()).not.toBe(before);
});

it('applies an edit at the next load, also if the renderer has the script in memory', async () => {
  const [seal, ...others] = VAULT_CAPTURES;
  const loaded = async () => {
    await page.reload();
    await captures.stage.isServing(page.tabId);
    return await value('seal', 'y');
  };
  await loaded();
  await loaded();
  // Chromium reuses the script from memory. A script through the debugger has a transfer size.
  const size = page.evaluate((is) => {
    const entries = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
    return entries.find(({ name }) => name.endsWith(is))?.transferSize;
  }, '/vault.min.js');
  if (name === 'chromium') expect(await size).toBe(0);
  await captures.setCaptures([{ ...seal, expression: 't.bind(0,"edited")' } as Capture, ...others]);
  expect(await loaded()).toBe('k1:edited');
  await captures.setCaptures(VAULT_CAPTURES);
  expect(await loaded()).toBe('k1:y');
});

it('has no hook in a page without captures', async () => {
  const hooks = () =>
    page.evaluate(() => Object.getOwnPropertyNames(Object.getPrototypeOf(globalThis)).sort().join(), undefined);
  const withCapture = await hooks();
  await captures.setCaptures([]);
  await page.reload();
  await captures.stage.isServing(page.tabId);
  const without = await hooks();
  expect(without.split(',').length).toBe(withCapture.split(',').length - 1);
  expect(await page.evaluate(() => vault.go('x'), undefined)).toBe('k2/x');
});

it('requests a script once, as without captures', async () => {
  const asked = () => site.requests.get('/vault.min.js') ?? 0;
  await captures.setCaptures(VAULT_CAPTURES.map((capture) => ({ ...capture, script: '/vault.min.js?anew' })));
  const before = asked();
  for (let load = 0; load < 6; load++) {
    await page.goto(site.url('/anew'));
    await captures.stage.isServing(page.tabId);
    expect(await value('seal', 'y')).toBe('k1:y');
  }
  expect(asked() - before).toBe(1);
});

it('leaves nothing in a page whose capture was removed', async () => {
  // At the column of the changed script.
  const place = () => page.evaluate(() => /vault\.min\.js\S*:(\d+)\)?$/m.exec(vault.stack())?.[1], undefined);
  const changed = await place();
  await captures.setCaptures([]);
  await page.goto(site.url('/anew'));
  await captures.stage.isServing(page.tabId);
  const kept = await place();
  await page.goto(site.url('/never'));
  expect(await place()).not.toBe(changed);
  expect(await place()).toBe(kept);
});

declare const vault: { loads: number; go(text: string): string; stack(): string };
