import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { ExtensionPage, Page } from '../browser/driver.ts';
import { says, textOf } from '../stage/set-up-through-popup.ts';
import { Stage } from '../stage/stage.ts';

/** The guide and the call log after a first set-up. The steps build on each other. */

let stage: Stage;
let page: Page;
let popup: ExtensionPage;

beforeAll(async () => {
  stage = await Stage.start(inject('browserName'));
});
afterAll(() => stage?.close());

const openPopup = async () => await stage.browser.openPopup({ tabId: page.tabId, url: await page.url() });

it('shows the guide until its three steps are done', async () => {
  page = await stage.browser.openPage(stage.site.url('/lab'));
  popup = await openPopup();
  await says(popup, 'Set up in three steps');
  await popup.control('button', 'Close guide').seen();
  await popup.close();
  page = await stage.setUp({ encrypt: 'shop.crypto.encrypt' });
  popup = await openPopup();
  // The popup of the set-up may have finished it already.
  await expect
    .poll(() => popup.evaluate(async () => JSON.stringify(await chrome.storage.local.get('guide')), undefined), {
      timeout: 30_000,
    })
    .toContain('closed');
  await popup.close();
  popup = await openPopup();
  await popup.control('button', 'Guide').seen();
  expect(await textOf(popup)).not.toContain('Set up in three steps');
  await popup.control('button', 'Guide').click();
  await says(popup, 'All set: programs can call it now');
  await popup.control('button', 'Close guide').click();
});

it('shows sample calls, then the caller and outcome of a call', async () => {
  await popup.control('button', 'Calls of encrypt').click();
  await says(popup, `${stage.relay.url}/api/clients/e2e%20client/functions/encrypt`);
  await stage.value('encrypt', ['a first secret']);
  await says(popup, 'HTTP');
  await says(popup, 'OK');
});

it('records arguments and answers only if enabled, and never on disk', async () => {
  await popup.control('checkbox', 'Show arguments and answers too').click();
  const answer = String(await stage.value('encrypt', ['a second secret']));
  await says(popup, 'Arguments and answer');
  await popup.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true;
  }, undefined);
  await says(popup, 'a second secret');
  await says(popup, answer);
  expect(await textOf(popup)).not.toContain('a first secret');
  const stored = await popup.evaluate(
    async () => JSON.stringify([await chrome.storage.local.get(null), await chrome.storage.session.get(null)]),
    undefined,
  );
  expect(stored).toContain('shop.crypto.encrypt');
  expect(stored).not.toContain('secret');
});

it('deletes them when disabled, and the calls when cleared', async () => {
  await popup.control('checkbox', 'Show arguments and answers too').click();
  await expect.poll(async () => await textOf(popup)).not.toContain('a second secret');
  await popup.control('button', 'Clear calls of encrypt').click();
  await says(popup, 'No calls yet');
});

it('lists no calls from before a restart of the background', async () => {
  await stage.value('encrypt', ['once more']);
  await says(popup, 'OK');
  await stage.isServingAnew(page.tabId, () => stage.browser.killBackground());
  // In Firefox a tab in front of the popup does this. A hidden popup does not poll.
  await popup.activate();
  await says(popup, 'No calls yet');
});

declare const chrome: { storage: Record<'local' | 'session', { get(keys: string | null): Promise<object> }> };
