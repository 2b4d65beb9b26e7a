import * as z from 'zod/mini';
import { formatSitePattern, parseSitePattern, siteMatches, siteOfUrl } from '../sites/site-pattern.ts';

/** Where a finder is open: for which site, and what the tab's page was of when it was opened. In storage.session, one for each tab. */
export const FinderTarget = z.object({
  pattern: z.string(),
  /** The page's own site: a finder may be open for one of a frame. Absent where the browser did not tell. */
  page: z.optional(z.string()),
});
export type FinderTarget = z.infer<typeof FinderTarget>;

export function finderKey(tabId: number): string {
  return `finder.${tabId}`;
}

export function openedAt(pattern: string, url: string | undefined): FinderTarget {
  const page = siteTextOf(url);
  return page === undefined ? { pattern } : { pattern, page };
}

/** Whether the tab still shows a page of the site that it showed then; `url` is undefined where the browser does not let us look. */
export function isStillOpen({ pattern, page }: FinderTarget, url: string | undefined): boolean {
  if (page !== undefined) return page === siteTextOf(url);
  return url === undefined || siteMatches(parseSitePattern(pattern), url);
}

/** The site that a function of these frames' sites is added to: the one that the finder is open for, where it is one of them. */
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
