import * as z from 'zod/mini';
import { type StorageArea, StoredItem } from '../platform/stored-item.ts';
import { formatSitePattern, parseSitePattern, siteMatches, siteOfUrl } from '../sites/site-pattern.ts';

/**
 * The site that a finder is open for, and the site of the tab's page at that time. In storage.session, one
 * per tab.
 */
const FinderTarget = z.object({
  pattern: z.string(),
  /** The page's site; differs from `pattern` if the finder is open for a frame's site. Absent if unknown. */
  page: z.optional(z.string()),
});
export type FinderTarget = z.infer<typeof FinderTarget>;

export function finderTargetIn(session: StorageArea, tabId: number): StoredItem<FinderTarget> {
  return new StoredItem(session, `finder.${tabId}`, FinderTarget);
}

export function openedAt(pattern: string, url: string | undefined): FinderTarget {
  const page = siteTextOf(url);
  return page === undefined ? { pattern } : { pattern, page };
}

/** Whether the tab still shows a page of that site; `url` is undefined without access. */
export function isStillOpen({ pattern, page }: FinderTarget, url: string | undefined): boolean {
  if (page !== undefined) return page === siteTextOf(url);
  return url === undefined || siteMatches(parseSitePattern(pattern), url);
}

/**
 * The site to which a found function is added: the finder's site if the frame belongs to it, otherwise
 * another site of the frame.
 */
export function siteToAddTo(
  pattern: string,
  listed: readonly string[],
  ofFrame: readonly string[],
): string | undefined {
  const isOfFrame = (site: string) => ofFrame.includes(formatSitePattern(parseSitePattern(site)));
  return isOfFrame(pattern) ? pattern : listed.find(isOfFrame);
}

function siteTextOf(url: string | undefined): string | undefined {
  const site = url === undefined ? undefined : siteOfUrl(url);
  return site && formatSitePattern(site);
}
