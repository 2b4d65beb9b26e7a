import browser from 'webextension-polyfill';
import { loadSettings } from '../settings.ts';
import { askPermission } from './ask-permission.ts';
import { needsPermission, permissionOf, removeSite, setSiteEnabled } from './settings-edits.ts';
import type { Workspace } from './workspace.tsx';

/**
 * Enables a site and requests access; call it directly from a click. The background stores the change
 * whatever the user answers: without access the site shows "Grant access".
 */
export async function enableSite({ tell }: Workspace, pattern: string): Promise<void> {
  const wanted = { origins: [permissionOf(pattern)] };
  const granted = await askPermission(wanted, { kind: 'enable-site', pattern });
  tell([granted ? 'siteEnabledNotice' : 'accessDenied', { site: pattern }]);
}

/** Disables a site and removes access that no other enabled site needs. */
export async function disableSite({ edit }: Workspace, pattern: string): Promise<void> {
  await edit((settings) => setSiteEnabled(settings, pattern, false), ['siteDisabledNotice', { site: pattern }]);
  await dropAccess(pattern);
}

/** Removes a site and its access likewise. */
export async function forgetSite({ edit }: Workspace, pattern: string): Promise<void> {
  await edit((settings) => removeSite(settings, pattern), ['siteRemoved', { site: pattern }], 'can-undo');
  await dropAccess(pattern);
}

/** Requests access for an enabled site again. */
export async function grantAccess({ tell }: Workspace, pattern: string): Promise<void> {
  const granted = await askPermission({ origins: [permissionOf(pattern)] });
  tell(granted ? ['accessGranted'] : ['accessDenied', { site: pattern }]);
}

async function dropAccess(pattern: string): Promise<void> {
  const permission = permissionOf(pattern);
  if (needsPermission((await loadSettings()).settings, permission)) return;
  await browser.permissions.remove({ origins: [permission] });
}
