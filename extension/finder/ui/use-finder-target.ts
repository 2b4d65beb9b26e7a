import { useEffect, useState } from 'preact/hooks';
import browser from 'webextension-polyfill';
import { FinderTarget, finderKey, isStillOpen, openedAt } from '../finder-target.ts';

/** What the finder is about: a tab, and the site that functions are added to. */
export type OpenFinder = FinderTarget & { readonly tabId: number };

/**
 * Whether the finder is open for a tab. It is remembered as long as the tab shows the same site: a popup closes as soon as the person
 * clicks in the page, and is to go on where it was.
 */
export function useFinderTarget(page: { tabId?: number | undefined; url?: string | undefined } | undefined) {
  const [place, setPlace] = useState<OpenFinder>();
  const tabId = page?.tabId;
  const close = () => {
    setPlace(undefined);
    if (tabId !== undefined) void browser.storage.session.remove(finderKey(tabId));
  };
  useEffect(() => {
    if (tabId === undefined) return;
    void storedTarget(tabId).then(async (remembered) => {
      if (!remembered) return;
      if (isStillOpen(remembered, (await urlOf(tabId)) ?? page?.url)) setPlace({ tabId, ...remembered });
      else close();
    });
  }, [tabId]);
  useEffect(() => place && whenLeft(place, close), [place]);
  return {
    place,
    open: async (pattern: string) => {
      if (tabId === undefined) return;
      const opened = openedAt(pattern, (await urlOf(tabId)) ?? page?.url);
      setPlace({ tabId, ...opened });
      await browser.storage.session.set({ [finderKey(tabId)]: opened });
    },
    close,
  };
}

async function storedTarget(tabId: number): Promise<FinderTarget | undefined> {
  const key = finderKey(tabId);
  return FinderTarget.safeParse((await browser.storage.session.get(key))[key]).data;
}

/** Undefined where the browser does not let us look, and where the tab is gone. */
async function urlOf(tabId: number): Promise<string | undefined> {
  return await browser.tabs.get(tabId).then(
    ({ url }) => url,
    () => undefined,
  );
}

/** Tells once the tab shows a page of another site. */
function whenLeft(place: OpenFinder, left: () => void): () => void {
  const look = async (tabId: number, change: { url?: string | undefined; status?: string | undefined }) => {
    if (tabId !== place.tabId || (change.url === undefined && change.status !== 'loading')) return;
    const url = await urlOf(tabId);
    // Of a page whose frame it is open for we may never have been told the address.
    const isUnknown = url === undefined && place.page !== place.pattern;
    if (!isUnknown && !isStillOpen(place, url)) left();
  };
  browser.tabs.onUpdated.addListener(look);
  return () => browser.tabs.onUpdated.removeListener(look);
}
