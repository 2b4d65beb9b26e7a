import type { Settings } from '../../extension/sites/settings-schema.ts';
import { formatSitePattern, siteOfUrl } from '../../extension/sites/site-pattern.ts';
import type { Browser } from '../browser/browser.ts';
import type { Page } from '../browser/driver.ts';
import { eventually } from '../browser/eventually.ts';
import { textOf } from './set-up-through-popup.ts';

export interface AtOnce {
  readonly relayUrl: string;
  readonly clientId: string;
  /** Function paths by name. */
  readonly functions: Record<string, string>;
}

interface ExtensionApi {
  storage: {
    local: {
      get(key: 'settings'): Promise<{ settings?: Settings }>;
      set(items: { settings: Settings }): Promise<void>;
    };
  };
}
declare const chrome: ExtensionApi;

/**
 * Sets the extension up for the site of a page. Faster than `setUpThroughPopup`: it stores the settings directly, and clicks
 * only for the browser's permission. Waits until `isDone`.
 */
export async function setUpAtOnce(
  browser: Browser,
  page: Page,
  wanted: AtOnce,
  isDone: () => Promise<boolean>,
): Promise<void> {
  const url = await page.url();
  const site = siteOfUrl(url);
  if (!site) throw new Error(`${url} has no site`);
  const pattern = formatSitePattern(site);
  const popup = await browser.openPopup({ tabId: page.tabId, url });
  // The first page or the background of the extension stores the initial settings.
  await eventually(() => popup.evaluate(store, { ...wanted, pattern }));
  const grant = popup.control('button', `Grant access to ${pattern}`);
  await eventually(async () => (await grant.isThere()) || (await isDone()));
  if (await grant.isThere()) await grant.click();
  await eventually(isDone).catch(async (error: Error) => {
    throw new Error(`the set-up failed (${error.message}); the popup shows:\n${await textOf(popup)}`);
  });
  await popup.close();
}

async function store({ relayUrl, clientId, functions, pattern }: AtOnce & { pattern: string }): Promise<boolean> {
  const { settings } = await chrome.storage.local.get('settings');
  if (!settings) return false;
  const named = Object.entries(functions).map(([name, path]) => ({ name, path }));
  const others = settings.sites.filter((other) => other.pattern !== pattern);
  const sites = [...others, { pattern, enabled: true, functions: named }];
  await chrome.storage.local.set({ settings: { ...settings, relayUrl, clientId, sites } });
  return true;
}
