import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { ExtensionPage, Page } from '../browser/driver.ts';
import { says, textOf } from '../stage/set-up-through-popup.ts';
import { Stage } from '../stage/stage.ts';

/** What a person sees of a first set-up and of the calls after it. The steps build on each other. */

let stage: Stage;
let page: Page;
let popup: ExtensionPage;

beforeAll(async () => {
  stage = await Stage.start(inject('browserName'));
});
afterAll(() => stage?.close());

const openPopup = async () => await stage.browser.openPopup({ tabId: page.tabId, url: await page.url() });

it('shows the guide until its three steps are done, and not by itself after that', async () => {
  page = await stage.browser.openPage(stage.site.url('/lab'));
  popup = await openPopup();
  await says(popup, 'Set up in three steps');
  await popup.control('button', 'Close guide').seen();
  await popup.close();
  page = await stage.setUp({ encrypt: 'shop.crypto.encrypt' });
  popup = await openPopup();
  // It was done in the popup of the set-up, where that was open for so long, or is now.
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

it('shows how to call, and then who called and how it ended', async () => {
  await popup.control('button', 'Calls of encrypt').click();
  await says(popup, `${stage.relay.url}/api/clients/e2e%20client/functions/encrypt`);
  await stage.value('encrypt', ['a first secret']);
  await says(popup, 'HTTP');
  await says(popup, 'OK');
});

it('keeps arguments and answers once it is asked to, and never on disk', async () => {
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

it('forgets them when it is no longer asked to, and the calls when told to clear them', async () => {
  await popup.control('checkbox', 'Show arguments and answers too').click();
  await expect.poll(async () => await textOf(popup)).not.toContain('a second secret');
  await popup.control('button', 'Clear calls of encrypt').click();
  await says(popup, 'No calls yet');
});

it('knows of no call before its background was started', async () => {
  await stage.value('encrypt', ['once more']);
  await says(popup, 'OK');
  await stage.isServingAnew(page.tabId, () => stage.browser.killBackground());
  // In Firefox that is done from a tab in front of the popup, which asks nothing while nobody sees it.
  await popup.activate();
  await says(popup, 'No calls yet');
});

declare const chrome: { storage: Record<'local' | 'session', { get(keys: string | null): Promise<object> }> };
