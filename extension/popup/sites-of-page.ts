import type { Settings, SiteSettings } from '../sites/settings-schema.ts';
import { formatSitePattern, parseSitePattern, siteMatches, siteOfUrl } from '../sites/site-pattern.ts';

/** A tab's page URL, its frames' URLs, and the patterns of the sites that serve in it. */
export interface TabAddresses {
  readonly url: string;
  readonly frames: readonly string[];
  readonly serving: readonly string[];
}

export interface SitesOfPage {
  /**
   * The listed sites of the page; otherwise its origin as a site that could be enabled. Empty for pages
   * that can't be served.
   */
  readonly own: SiteSettings[];
  /** Listed sites of frames only. */
  readonly inFrames: SiteSettings[];
  /** Unlisted origins of frames, as sites that could be enabled. */
  readonly couldBe: SiteSettings[];
}

/** The sites of a tab's page and its frames. */
export function sitesOfPage({ sites }: Pick<Settings, 'sites'>, { url, frames, serving }: TabAddresses): SitesOfPage {
  const origin = siteOfUrl(url);
  if (!origin) return { own: [], inFrames: [], couldBe: [] };
  const isOf = (site: SiteSettings, address: string) => siteMatches(parseSitePattern(site.pattern), address);
  const listed = sites.filter((site) => isOf(site, url));
  const own = listed.length > 0 ? listed : [notListed(formatSitePattern(origin))];
  const inFrames = sites.filter(
    (site) =>
      !own.includes(site) && (serving.includes(normal(site.pattern)) || frames.some((address) => isOf(site, address))),
  );
  const known = [...own, ...inFrames];
  const strangers = frames.filter((address) => !known.some((site) => isOf(site, address)));
  const patterns = new Set(strangers.flatMap((address) => siteOfUrl(address) ?? []).map(formatSitePattern));
  return { own, inFrames, couldBe: [...patterns].map(notListed) };
}

function normal(pattern: string): string {
  return formatSitePattern(parseSitePattern(pattern));
}

function notListed(pattern: string): SiteSettings {
  return { pattern, enabled: false, functions: [] };
}
