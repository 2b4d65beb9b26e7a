interface Area {
  setAccessLevel?(options: { accessLevel: 'TRUSTED_CONTEXTS' }): Promise<void> | undefined;
}
/** Missing in older polyfill types, and possibly in Firefox. */
declare const chrome: { storage: { local: Area; managed?: Area } };

/** Bridges run in page processes, which need not read the settings and the token. */
export async function guardStorage(): Promise<void> {
  const { local, managed } = chrome.storage;
  await Promise.all([local, managed].map((area) => area?.setAccessLevel?.({ accessLevel: 'TRUSTED_CONTEXTS' })));
}
