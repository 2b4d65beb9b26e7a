import browser from 'webextension-polyfill';

/** The tab that the popup is about, as far as it is known. */
export interface TargetPage {
  tabId?: number | undefined;
  url?: string | undefined;
}

/** In a tab of its own, the popup is told its target by its address; else it is the tab that it was opened on. */
export async function findTargetPage(search: string): Promise<TargetPage> {
  const named = readSearch(search);
  if (named) return named;
  const [tab] = await browser.tabs.query({ active: true, currentWindow: true });
  return { tabId: tab?.id, url: tab?.url };
}

/** The search part of an address that opens the popup in a tab, about this page. */
export function formatSearch({ tabId, url }: TargetPage): string {
  const search = new URLSearchParams();
  if (tabId !== undefined) search.set('tabId', String(tabId));
  if (url !== undefined) search.set('url', originOf(url));
  return `?${search}`;
}

function readSearch(search: string): TargetPage | undefined {
  const params = new URLSearchParams(search);
  const tabId = params.get('tabId');
  const url = params.get('url') ?? undefined;
  if (tabId === null && url === undefined) return undefined;
  return { tabId: tabId !== null && /^\d+$/.test(tabId) ? Number(tabId) : undefined, url };
}

/** What the address bar shows needs no more of a page than its site. */
function originOf(url: string): string {
  if (!URL.canParse(url)) return url;
  const { origin } = new URL(url);
  return origin === 'null' ? url : origin;
}
