interface Area {
  setAccessLevel?(options: { accessLevel: 'TRUSTED_CONTEXTS' }): Promise<void> | undefined;
}
/** Older polyfills and types do not know it; Firefox may not have it. */
declare const chrome: { storage: { local: Area; managed?: Area } };

/** Bridges run in the processes of pages, where the settings, and with them the token, need not be readable. */
export async function guardStorage(): Promise<void> {
  const { local, managed } = chrome.storage;
  await Promise.all([local, managed].map((area) => area?.setAccessLevel?.({ accessLevel: 'TRUSTED_CONTEXTS' })));
}
