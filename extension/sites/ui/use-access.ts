import { useEffect, useState } from 'preact/hooks';
import browser from 'webextension-polyfill';

/** Whether a match pattern is granted, kept up to date; undefined until known. */
export function useAccess(permission: string | undefined): boolean | undefined {
  const [granted, setGranted] = useState<boolean>();
  useEffect(() => {
    if (permission === undefined) return setGranted(undefined);
    return watchAccess(permission, setGranted);
  }, [permission]);
  return granted;
}

function watchAccess(permission: string, listener: (granted: boolean) => void): () => void {
  let stopped = false;
  const check = async () => {
    const granted = await browser.permissions.contains({ origins: [permission] });
    if (!stopped) listener(granted);
  };
  void check();
  browser.permissions.onAdded.addListener(check);
  browser.permissions.onRemoved.addListener(check);
  return () => {
    stopped = true;
    browser.permissions.onAdded.removeListener(check);
    browser.permissions.onRemoved.removeListener(check);
  };
}
