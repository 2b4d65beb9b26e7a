import browser from 'webextension-polyfill';
import { loadSettings } from '../settings.ts';
import { needsPermission, permissionOf, removeSite, setSiteEnabled } from './settings-edits.ts';
import type { Workspace } from './workspace.tsx';

/**
 * Enables a site: asks the browser for access, and stores the wish at the same time, because the browser's question may
 * close the popup that we run in. To be called straight from a click: a browser asks only then.
 */
export async function enableSite({ edit, tell }: Workspace, pattern: string): Promise<void> {
  const asked = browser.permissions.request({ origins: [permissionOf(pattern)] });
  const saved = edit((settings) => setSiteEnabled(settings, pattern, true), ['siteEnabledNotice', { site: pattern }]);
  const [granted, complaint] = await Promise.all([asked.catch(() => false), saved]);
  if (granted || complaint) return;
  await edit((settings) => setSiteEnabled(settings, pattern, false));
  tell(['accessDenied', { site: pattern }]);
}

/** Disables a site, and gives back the access that no other enabled site needs. */
export async function disableSite({ edit }: Workspace, pattern: string): Promise<void> {
  await edit((settings) => setSiteEnabled(settings, pattern, false), ['siteDisabledNotice', { site: pattern }]);
  await dropAccess(pattern);
}

/** Takes a site off the list, and gives back its access likewise. */
export async function forgetSite({ edit }: Workspace, pattern: string): Promise<void> {
  await edit((settings) => removeSite(settings, pattern), ['siteRemoved', { site: pattern }], 'can-undo');
  await dropAccess(pattern);
}

/** Asks again for the access of a site that is enabled already. */
export async function grantAccess({ tell }: Workspace, pattern: string): Promise<void> {
  const granted = await browser.permissions.request({ origins: [permissionOf(pattern)] }).catch(() => false);
  tell(granted ? ['accessGranted'] : ['accessDenied', { site: pattern }]);
}

async function dropAccess(pattern: string): Promise<void> {
  const permission = permissionOf(pattern);
  if (needsPermission((await loadSettings()).settings, permission)) return;
  await browser.permissions.remove({ origins: [permission] });
}
