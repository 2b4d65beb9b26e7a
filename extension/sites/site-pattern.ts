import { CallError } from '../../shared/errors.ts';

/**
 * Which pages belong to a site: an origin, perhaps with a wildcard.
 *
 * `https://shop.example`, `http://127.0.0.1:8080`, `https://*.shop.example` (subdomains, and shop.example itself),
 * `https://shop.example:*` (any port). Without a port the scheme's default one is meant.
 */
export interface SitePattern {
  readonly scheme: 'http' | 'https';
  /** Lower case, punycode; `*.` in front where subdomains belong too. */
  readonly host: string;
  /** A number in decimal, '' for the scheme's default, '*' for any. */
  readonly port: string;
}

const FORM = /^(https?):\/\/(\*\.)?([^/:*?#@\s]+|\[[0-9a-f:.]+\])(?::(\d+|\*))?\/?$/i;

/** @throws CallError `bad_request` that shows the form. */
export function parseSitePattern(text: string): SitePattern {
  const [, scheme, wildcard = '', name, port = ''] = FORM.exec(text.trim()) ?? [];
  const origin = `${scheme}://${name}:${port === '*' ? '' : port}`;
  if (!scheme || !URL.canParse(origin)) {
    throw new CallError(
      'bad_request',
      `"${text}" is no site: write its origin, such as https://shop.example or http://127.0.0.1:8080`,
    );
  }
  const url = new URL(origin);
  return {
    scheme: url.protocol === 'https:' ? 'https' : 'http',
    host: wildcard + url.hostname,
    port: port === '*' ? '*' : url.port,
  };
}

export function formatSitePattern({ scheme, host, port }: SitePattern): string {
  return `${scheme}://${host}${port && `:${port}`}`;
}

/** The site pattern of exactly one page's origin; undefined for pages that can't be served (about:, file:, chrome:, …). */
export function siteOfUrl(url: string): SitePattern | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, hostname, port } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') return undefined;
  return { scheme: protocol === 'https:' ? 'https' : 'http', host: hostname, port };
}

export function siteMatches(site: SitePattern, url: string): boolean {
  const page = siteOfUrl(url);
  if (!page || page.scheme !== site.scheme) return false;
  if (site.port !== '*' && site.port !== page.port) return false;
  if (!site.host.startsWith('*.')) return page.host === site.host;
  return page.host === site.host.slice(2) || page.host.endsWith(site.host.slice(1));
}

/**
 * The match pattern of a site, for permissions and content scripts. It covers every port of the host, because Firefox's
 * match patterns know no ports; which port counts is checked against the page's URL.
 */
export function matchPattern({ scheme, host }: SitePattern): string {
  return `${scheme}://${host}/*`;
}
