/** Older polyfills and types do not know it; Firefox may not have it. */
declare const chrome: {
  storage: { local: { setAccessLevel?(options: { accessLevel: 'TRUSTED_CONTEXTS' }): Promise<void> | undefined } };
};

/** Bridges run in the processes of pages, where the settings, and with them the token, need not be readable. */
export async function guardStorage(): Promise<void> {
  await chrome.storage.local.setAccessLevel?.({ accessLevel: 'TRUSTED_CONTEXTS' });
}
