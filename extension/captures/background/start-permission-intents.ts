import browser from 'webextension-polyfill';
import { intentIn } from '../../sites/permission-intent.ts';
import { applyEdit } from '../../sites/ui/apply-edit.ts';
import { PermissionIntents } from './permission-intents.ts';

/** Applies what pages have left behind before a permission prompt closed them. */
export function startPermissionIntents(): PermissionIntents {
  const item = intentIn(browser.storage.session);
  const intents = new PermissionIntents({ item, edit: applyEdit, now: Date.now });
  item.onChange((intent) => intent && void intents.handle(intent));
  void intents.handleStored();
  return intents;
}
