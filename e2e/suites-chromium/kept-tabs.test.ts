import { afterAll, beforeAll, it } from 'vitest';
import type { ExtensionPage, Page } from '../browser/driver.ts';
import { eventually } from '../browser/eventually.ts';
import { Stage } from '../stage/stage.ts';

/** Chromium discards tabs when memory is short, except tabs marked as not discardable. */

let stage: Stage;
let page: Page;
let options: ExtensionPage;

beforeAll(async () => {
  stage = await Stage.start('chromium');
  page = await stage.setUp({ page: 'lab.page' });
  options = await stage.browser.openOptions();
});
afterAll(() => stage?.close());

it('protects a serving tab from discarding until its site is disabled', async () => {
  await eventually(async () => !(await mayBeDiscarded()));
  await options.control('button', `Disable on ${stage.site.origin}`).click();
  await eventually(mayBeDiscarded);
});

function mayBeDiscarded(): Promise<boolean> {
  return options.evaluate(async (tabId) => (await chrome.tabs.get(tabId)).autoDiscardable, page.tabId);
}

declare const chrome: { tabs: { get(tabId: number): Promise<{ autoDiscardable: boolean }> } };
