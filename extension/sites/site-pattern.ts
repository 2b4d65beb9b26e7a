import { CallError } from '../../shared/errors.ts';

/**
 * The pages of a site: an origin, optionally with wildcards.
 *
 * `https://shop.example`, `http://127.0.0.1:8080`, `https://*.shop.example` (shop.example and its
 * subdomains), `https://shop.example:*` (any port). Without a port, the scheme's default.
 */
export interface SitePattern {
  readonly scheme: 'http' | 'https';
  /** Lower case, punycode; starts with `*.` to include subdomains. */
  readonly host: string;
  /** Decimal, '' for the scheme's default, '*' for any. */
  readonly port: string;
}

/** No backslash and no `%`: the URL parser ends a host at the one and decodes the other, so the text would mislead. */
const FORM = /^(https?):\/\/(\*\.)?([^/\\%:*?#@\s]+|\[[0-9a-f:.]+\])(?::(\d+|\*))?\/?$/i;

/** @throws CallError `bad_request` with an example. */
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

/**
 * The text of a pattern as its host is compared: `https://аррӏе.example`, in Cyrillic letters, becomes
 * `https://xn--…`, and `http://2130706433` becomes `http://127.0.0.1`. Other texts stay as they are.
 */
export function canonicalSitePattern(text: string): string {
  try {
    return formatSitePattern(parseSitePattern(text));
  } catch {
    // Not a pattern: its reader says so.
    return text;
  }
}

/** The pattern of one page's origin; undefined for pages that can't be served (about:, file:, chrome:, …). */
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
 * The match pattern of a site, for permissions and content scripts. It covers every port, because Firefox's
 * match patterns have no ports; the port is checked against the page's URL.
 */
export function matchPattern({ scheme, host }: SitePattern): string {
  return `${scheme}://${host}/*`;
}
