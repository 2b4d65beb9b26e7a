import browser, { type Permissions } from 'webextension-polyfill';
import { INTENT_KEY, type PermissionIntent, type StoredIntent } from '../permission-intent.ts';

/**
 * Asks the browser for a permission. To be called straight from a click, with nothing awaited before: a browser asks only then.
 *
 * Chromium destroys a popup when its prompt opens, so nothing after this is certain to run. What is to become of the click is the
 * `wish`, which is left for the background first. Written to storage.session it is there before the prompt opens; a message to a
 * background that sleeps is lost with the popup.
 */
export async function askPermission(wanted: Permissions.Permissions, wish?: PermissionIntent): Promise<boolean> {
  const left = wish && leave(wish);
  const asked = browser.permissions.request(wanted).catch(() => false);
  await left;
  return await asked;
}

function leave(wish: PermissionIntent): Promise<void> {
  const stored: StoredIntent = { id: crypto.randomUUID(), at: Date.now(), wish };
  return browser.storage.session.set({ [INTENT_KEY]: stored });
}
