import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { Page } from '../browser/driver.ts';
import { eventually } from '../browser/eventually.ts';
import { says } from '../stage/set-up-through-popup.ts';
import { Stage } from '../stage/stage.ts';

/** Recovery of stopped parts without any action of the user. */

let stage: Stage;
let page: Page;

beforeAll(async () => {
  stage = await Stage.start(inject('browserName'));
  page = await stage.setUp({ increment: 'lab.counter.increment', page: 'lab.page', never: 'lab.never' });
});
afterAll(() => stage?.close());

it('recovers when the browser stops the background', async () => {
  await stage.isServingAnew(page.tabId, () => stage.browser.killBackground());
  expect(await stage.value('page')).toBe('/lab');
});

it('fails a call at once when its background is stopped', async () => {
  const answer = stage.call('never');
  await eventually(async () => (await page.evaluate(() => lab.neverCalls, undefined)) === 1);
  await stage.isServingAnew(page.tabId, () => stage.browser.killBackground());
  const { ms } = await answer;
  expect(await answer).toMatchObject({ status: 502, code: 'client_disconnected' });
  expect(ms).toBeLessThan(5_000);
});

it('serves an open tab after a reload of the extension, and executes each call once', async () => {
  await stage.isServingAnew(page.tabId, () => stage.browser.reloadExtension());
  const before = await page.evaluate(() => lab.counter.count, undefined);
  expect(await stage.value('increment')).toBe(before + 1);
  expect(await page.evaluate(() => lab.counter.count, undefined)).toBe(before + 1);
});

it('still executes each call once after several reloads', async () => {
  for (let reload = 0; reload < 3; reload++) {
    await stage.isServingAnew(page.tabId, () => stage.browser.reloadExtension());
  }
  const before = await page.evaluate(() => lab.counter.count, undefined);
  await stage.value('increment');
  expect(await page.evaluate(() => lab.counter.count, undefined)).toBe(before + 1);
});

it('reconnects after a restart of the relay', async () => {
  await stage.relay.stop();
  await stage.relay.startAgain();
  await stage.isServing(page.tabId);
  expect(await stage.value('page')).toBe('/lab');
});

it('answers a pending call of a stopping relay', async () => {
  const answer = stage.call('never');
  await eventually(async () => (await stage.relay.clients())[0]?.inFlight === 1);
  await stage.relay.stop();
  expect(await answer).toMatchObject({ status: 503, code: 'shutting_down' });
  await stage.relay.startAgain();
  await stage.isServing(page.tabId);
});

it('reconnects after a crash of the relay, and shows the reason meanwhile', async () => {
  const popup = await stage.browser.openPopup({ tabId: page.tabId, url: await page.url() });
  await says(popup, 'Connected');
  await stage.relay.crash();
  await says(popup, 'Not connected');
  await stage.relay.startAgain();
  await says(popup, 'Connected');
  await stage.isServing(page.tabId);
  expect(await stage.value('page')).toBe('/lab');
});

declare const lab: { neverCalls: number; counter: { count: number } };
