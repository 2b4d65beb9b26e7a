import { afterAll, beforeAll, expect, it } from 'vitest';
import { ActionPopup } from '../browser/action-popup.ts';
import { Browser } from '../browser/browser.ts';
import { launchDetachableChromium } from '../browser/chromium.ts';
import type { LaunchOptions } from '../browser/driver.ts';
import { eventually } from '../browser/eventually.ts';
import { Stage } from '../stage/stage.ts';

/** The popup under the extension's button instead of in a tab. */

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

it('sets the extension up and knows the tab that it was opened on', async () => {
  const options = await stage.browser.openOptions();
  const page = await stage.browser.openPage(stage.site.url());
  const open = async () => {
    await options.evaluate(() => chrome.action.openPopup(), undefined);
    return await ActionPopup.attach(devtoolsPort, stage.browser.extensionUrl('popup/popup.html'));
  };

  const first = await open();
  await first.fill('Relay URL', stage.relay.socketUrl);
  await first.fill('Client ID', stage.clientId);
  // A click on the button would reveal the URL. Opened by script, the popup knows it only once the site is enabled.
  await first.fill('Site address', stage.site.origin);
  await first.press('Show this site');
  await first.press('Enable on this site');
  await first.fill('Path', 'shop.crypto.encrypt');
  await first.press('Add');
  await stage.isServing(page.tabId);
  await first.close();

  const again = await open();
  await eventually(async () => /\bConnected\b.*\bFound\b/s.test(await again.text()));
  await again.close();
  const own = await page.evaluate(() => shop.crypto.encrypt('hello'), undefined);
  expect(await stage.value('encrypt', ['hello'])).toBe(own);
});

declare const chrome: { action: { openPopup(): Promise<void> } };
declare const shop: { crypto: { encrypt(text: string): Promise<string> } };
