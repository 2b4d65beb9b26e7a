import browser, { type Permissions } from 'webextension-polyfill';
import { intentIn, type PermissionIntent } from '../permission-intent.ts';

/**
 * Requests a permission. Call it directly from a click, without awaiting anything before: browsers require
 * it.
 *
 * Chromium destroys a popup when its prompt opens, so code after this may not run. The intent is stored for
 * the background first. Written to storage.session it is there before the prompt opens; a message to a
 * sleeping background would be lost with the popup.
 */
export async function askPermission(wanted: Permissions.Permissions, intent?: PermissionIntent): Promise<boolean> {
  const left = intent && leave(intent);
  const asked = browser.permissions.request(wanted).catch(() => false);
  await left;
  return await asked;
}

function leave(intent: PermissionIntent): Promise<void> {
  return intentIn(browser.storage.session).set({ id: crypto.randomUUID(), at: Date.now(), intent });
}
