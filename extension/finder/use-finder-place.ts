import { useEffect, useState } from 'preact/hooks';
import browser from 'webextension-polyfill';

/** What the finder is about: a tab, and the site that functions are added to. */
export interface FinderPlace {
  readonly tabId: number;
  readonly pattern: string;
}

const keyOf = (tabId: number) => `finder.${tabId}`;

/**
 * Whether the finder is open for a tab. It is remembered as long as the browser runs: a popup closes as soon as the person
 * clicks in the page, and is to go on where it was.
 */
export function useFinderPlace(page: { tabId?: number | undefined } | undefined) {
  const [place, setPlace] = useState<FinderPlace>();
  const tabId = page?.tabId;
  useEffect(() => {
    if (tabId === undefined) return;
    void browser.storage.session.get(keyOf(tabId)).then(({ [keyOf(tabId)]: pattern }) => {
      if (typeof pattern === 'string') setPlace({ tabId, pattern });
    });
  }, [tabId]);
  return {
    place,
    open: (pattern: string) => {
      if (tabId === undefined) return;
      setPlace({ tabId, pattern });
      void browser.storage.session.set({ [keyOf(tabId)]: pattern });
    },
    close: () => {
      setPlace(undefined);
      if (tabId !== undefined) void browser.storage.session.remove(keyOf(tabId));
    },
  };
}
