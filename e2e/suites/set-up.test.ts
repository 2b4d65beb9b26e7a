import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { ExtensionPage, Page } from '../browser/driver.ts';
import { eventually } from '../browser/eventually.ts';
import { says, setUpThroughPopup, textOf } from '../stage/set-up-through-popup.ts';
import { Stage } from '../stage/stage.ts';

/** From the installed extension to the first answer. The steps build on each other. */

let stage: Stage;
let page: Page;
let popup: ExtensionPage;

beforeAll(async () => {
  stage = await Stage.start(inject('browserName'));
  page = await stage.browser.openPage(stage.site.url('/lab'));
});
afterAll(() => stage?.close());

it('injects nothing while no site is enabled', async () => {
  const options = await stage.browser.openOptions();
  const registered = await options.evaluate(() => chrome.scripting.getRegisteredContentScripts(), undefined);
  await options.close();
  expect(registered).toEqual([]);
});

it('is set up in its popup for a tab that was already open', async () => {
  popup = await setUpThroughPopup(stage.browser, page, {
    relayUrl: stage.relay.socketUrl,
    clientId: stage.clientId,
    functions: { encrypt: 'shop.crypto.encrypt', 'throw error': 'lab.throwError' },
  });
  await says(popup, 'Connected');
  await eventually(async () => (await textOf(popup)).match(/\bFound\b/g)?.length === 2);
});

it('then answers without a reload', async () => {
  await stage.isServing(page.tabId);
  const own = await page.evaluate(() => shop.crypto.encrypt('hello'), undefined);
  expect(await stage.value('encrypt', ['hello'])).toBe(own);
});

it('shows the answer of a trial call in the popup', async () => {
  await popup.control('button', 'Try encrypt').click();
  await popup.control('textbox', 'Argument').fill('hello');
  await popup.control('button', 'Run encrypt').click();
  const own = await page.evaluate(() => shop.crypto.encrypt('hello'), undefined);
  await says(popup, own);
  await popup.control('button', 'Try encrypt').click();
});

it('shows the error of a trial call in the popup', async () => {
  await popup.control('button', 'Try throw error').click();
  await popup.control('button', 'Run throw error').click();
  await says(popup, 'the cart is empty');
  expect(await textOf(popup)).toContain('CheckoutError');
});

it('explains an invalid path', async () => {
  await popup.control('button', 'Add function').click();
  await popup.control('textbox', 'Name').fill('wrong');
  await popup.control('textbox', 'Path').fill('shop..encrypt');
  await popup.control('button', 'Add').click();
  await says(popup, 'Unexpected text at character');
  await popup.control('button', 'Cancel').click();
});

it('reports a path that does not exist in this page', async () => {
  await popup.control('button', 'Add function').click();
  await popup.control('textbox', 'Name').fill('nowhere');
  await popup.control('textbox', 'Path').fill('shop.nothing.here');
  await popup.control('button', 'Add').click();
  await says(popup, 'Not found');
  const answer = await stage.call('nowhere');
  expect(answer).toMatchObject({ code: 'function_not_found', status: 404 });
});

it('shows on its badge that it is connected', async () => {
  await expect.poll(() => badgeText(popup)).toBe('on');
});

it('is switched off and on', async () => {
  await popup.control('switch', 'Connect to the relay').click();
  await expect.poll(() => stage.relay.clients()).toEqual([]);
  expect(await stage.call('encrypt')).toMatchObject({ code: 'client_not_found', status: 404 });
  await expect.poll(() => badgeText(popup)).toBe('off');
  await popup.control('switch', 'Connect to the relay').click();
  await stage.isServing(page.tabId);
});

it('explains a failed connection', async () => {
  await popup.control('textbox', 'Relay URL').fill('ws://127.0.0.1:9');
  await popup.control('textbox', 'Client ID').click();
  await says(popup, 'Not connected');
  await expect.poll(() => badgeText(popup)).toBe('!');
  await popup.control('textbox', 'Relay URL').fill(stage.relay.socketUrl);
  await popup.control('textbox', 'Client ID').click();
  await says(popup, 'Connected');
});

it('stops serving once its site is disabled', async () => {
  await stage.isServing(page.tabId);
  await popup.control('button', `Disable on ${stage.site.origin}`).click();
  await expect.poll(() => stage.servingTabs()).toEqual([]);
  expect(await stage.call('encrypt', ['hello'])).toMatchObject({ ok: false });
  await eventually(async () => {
    const registered = await popup.evaluate(() => chrome.scripting.getRegisteredContentScripts(), undefined);
    return registered.length === 0;
  });
});

function badgeText(page: ExtensionPage): Promise<string> {
  return page.evaluate(() => chrome.action.getBadgeText({}), undefined);
}

declare const chrome: {
  scripting: { getRegisteredContentScripts(): Promise<object[]> };
  action: { getBadgeText(details: object): Promise<string> };
};
declare const shop: { crypto: { encrypt(text: string): Promise<string> } };
