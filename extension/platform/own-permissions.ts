import browser from 'webextension-polyfill';

/** What pages of the extension may offer, by the manifest of this build. */

/** Whether this build can change scripts at all: Chromium's plain one can't, and can't be allowed to. */
export function mayCapture(): boolean {
  return mayDebug() || asksForFilters();
}

/** Whether this build has the debugger, which breakpoints take. */
export function mayDebug(): boolean {
  return (browser.runtime.getManifest().permissions ?? []).includes('debugger');
}

/** Whether captures need permissions that are requested with the first one (Firefox). */
export function asksForFilters(): boolean {
  return (browser.runtime.getManifest().optional_permissions ?? []).includes('webRequest');
}
