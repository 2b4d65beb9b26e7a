import { useEffect, useState } from 'preact/hooks';
import browser from 'webextension-polyfill';
import type { StoredItem } from '../../platform/stored-item.ts';
import { type FinderTarget, finderTargetIn, isStillOpen, openedAt } from '../finder-target.ts';

/** The finder's tab, and the site to which functions are added. */
export type OpenFinder = FinderTarget & { readonly tabId: number };

/**
 * Whether the finder is open for a tab. Stored while the tab shows the same site: a popup closes when the
 * user clicks in the page, and then continues where it was.
 */
export function useFinderTarget(page: { tabId?: number | undefined; url?: string | undefined } | undefined) {
  const [place, setPlace] = useState<OpenFinder>();
  const tabId = page?.tabId;
  const close = () => {
    setPlace(undefined);
    if (tabId !== undefined) void storedTarget(tabId).remove();
  };
  useEffect(() => {
    if (tabId === undefined) return;
    void storedTarget(tabId)
      .get()
      .then(async (remembered) => {
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
      await storedTarget(tabId).set(opened);
    },
    close,
  };
}

function storedTarget(tabId: number): StoredItem<FinderTarget> {
  return finderTargetIn(browser.storage.session, tabId);
}

/** Undefined without access, or if the tab is gone. */
async function urlOf(tabId: number): Promise<string | undefined> {
  return (await tabOf(tabId)).url;
}

async function tabOf(tabId: number): Promise<{ url?: string | undefined; status?: string | undefined }> {
  return await browser.tabs.get(tabId).catch(() => ({}));
}

/** Calls `left` when the tab shows a page of another site. */
function whenLeft(place: OpenFinder, left: () => void): () => void {
  const look = async (tabId: number, change: { url?: string | undefined; status?: string | undefined }) => {
    if (tabId !== place.tabId || (change.url === undefined && change.status === undefined)) return;
    const { url, status } = await tabOf(tabId);
    // Between two pages of one site Firefox may show a blank one for a moment.
    if (status === 'loading' && (url === undefined || url === 'about:blank')) return;
    // If the finder is open for a frame's site, the page's URL may never be known.
    const isUnknown = url === undefined && place.page !== place.pattern;
    if (!isUnknown && !isStillOpen(place, url)) left();
  };
  browser.tabs.onUpdated.addListener(look);
  return () => browser.tabs.onUpdated.removeListener(look);
}
