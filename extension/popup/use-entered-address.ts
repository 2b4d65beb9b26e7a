import { useEffect, useState } from 'preact/hooks';
import browser from 'webextension-polyfill';
import * as z from 'zod/mini';
import { StoredItem } from '../platform/stored-item.ts';

const stored = (tabId: number) => new StoredItem(browser.storage.session, `address.${tabId}`, z.string());

/**
 * The address that the user entered because the browser does not tell the tab's URL. Stored for the browser
 * session: a permission prompt closes the popup.
 */
export function useEnteredAddress(tabId: number | undefined): [string | undefined, (address: string) => void] {
  const [entered, setEntered] = useState<string>();
  useEffect(() => {
    if (tabId === undefined) return;
    void stored(tabId)
      .get()
      .then((address) => setEntered((typed) => typed ?? address));
  }, [tabId]);
  const enter = (address: string) => {
    setEntered(address);
    if (tabId !== undefined) void stored(tabId).set(address);
  };
  return [entered, enter];
}
