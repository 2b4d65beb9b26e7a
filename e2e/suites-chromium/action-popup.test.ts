import { afterAll, beforeAll, expect, it } from 'vitest';
import { ActionPopup } from '../browser/action-popup.ts';
import { Browser } from '../browser/browser.ts';
import { launchDetachableChromium } from '../browser/chromium.ts';
import type { LaunchOptions } from '../browser/driver.ts';
import { eventually } from '../browser/eventually.ts';
import { Stage } from '../stage/stage.ts';

/** The popup under the extension's button, rather than the same page in a tab. */

let stage: Stage;
let devtoolsPort: number;

beforeAll(async () => {
  stage = await Stage.start('chromium', {
    launch: async (_name, options: LaunchOptions) => {
      const driver = await launchDetachableChromium(options);
      devtoolsPort = driver.devtoolsPort;
      return new Browser(driver);
    },
  });
});
afterAll(() => stage?.close());

it('sets the extension up for the tab that it was opened on', async () => {
  const options = await stage.browser.openOptions();
  const page = await stage.browser.openPage(stage.site.url());
  await options.evaluate(() => chrome.action.openPopup(), undefined);
  const popup = await ActionPopup.attach(devtoolsPort, stage.browser.extensionUrl('popup/popup.html'));

  await popup.fill('Relay URL', stage.relay.socketUrl);
  await popup.fill('Client ID', stage.clientId);
  await popup.click('Enable on this site');
  await popup.fill('Path', 'shop.crypto.encrypt');
  await popup.click('Add');
  await eventually(async () => /\bConnected\b.*\bFound\b/s.test(await popup.text()));
  popup.close();

  await stage.isServing(page.tabId);
  const own = await page.evaluate(() => shop.crypto.encrypt('hello'), undefined);
  expect(await stage.value('encrypt', ['hello'])).toBe(own);
});

declare const chrome: { action: { openPopup(): Promise<void> } };
declare const shop: { crypto: { encrypt(text: string): Promise<string> } };
