import browser from 'webextension-polyfill';

/** The tab that the popup is about, if known. */
export interface TargetPage {
  tabId?: number | undefined;
  url?: string | undefined;
}

/** In a tab of its own the popup gets its target from the URL; otherwise it is the active tab. */
export async function findTargetPage(search: string): Promise<TargetPage> {
  const named = readSearch(search);
  if (named) return named;
  const [tab] = await browser.tabs.query({ active: true, currentWindow: true });
  return { tabId: tab?.id, url: tab?.url };
}

/** The query string that opens the popup in a tab for this page. */
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

/** The address bar shows only the page's origin. */
function originOf(url: string): string {
  if (!URL.canParse(url)) return url;
  const { origin } = new URL(url);
  return origin === 'null' ? url : origin;
}
