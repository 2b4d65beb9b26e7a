import { useEffect, useState } from 'preact/hooks';
import browser from 'webextension-polyfill';

const keyOf = (tabId: number) => `address.${tabId}`;

/**
 * The address that the user entered because the browser does not tell the tab's URL. Stored for the browser
 * session: a permission prompt closes the popup.
 */
export function useEnteredAddress(tabId: number | undefined): [string | undefined, (address: string) => void] {
  const [entered, setEntered] = useState<string>();
  useEffect(() => {
    if (tabId === undefined) return;
    void browser.storage.session.get(keyOf(tabId)).then(({ [keyOf(tabId)]: address }) => {
      if (typeof address === 'string') setEntered((typed) => typed ?? address);
    });
  }, [tabId]);
  const enter = (address: string) => {
    setEntered(address);
    if (tabId !== undefined) void browser.storage.session.set({ [keyOf(tabId)]: address });
  };
  return [entered, enter];
}
