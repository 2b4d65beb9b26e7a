/** What this page stores: the token for the tab, the language for good. Nothing if the browser blocks storage. */
export const keptToken = kept(() => sessionStorage, 'pagewire.token');
export const keptLanguage = kept(() => localStorage, 'pagewire.language');

function kept(storage: () => Storage, key: string) {
  return {
    read: (): string | null => attempt(() => storage().getItem(key)) ?? null,
    write: (text: string): void => void attempt(() => storage().setItem(key, text)),
    forget: (): void => void attempt(() => storage().removeItem(key)),
  };
}

// A browser that blocks site data throws on access to its storage.
function attempt<Result>(act: () => Result): Result | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
