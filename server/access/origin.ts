/**
 * Who sends a request, as far as its Origin tells. A browser always sends one with a WebSocket and can't be made to
 * lie by a page; programs send none.
 */
export type Sender = 'program' | 'trusted-page' | 'extension' | 'page';

const EXTENSION_SCHEMES = ['chrome-extension:', 'moz-extension:', 'safari-web-extension:'];

/** `host` is the request's Host header, accepted already: a page of that very origin is the relay's own. */
export function senderOf(
  origin: string | undefined,
  host: string | undefined,
  allowedOrigins: readonly string[],
): Sender {
  if (origin === undefined) return 'program';
  if (allowedOrigins.includes(origin) || isOwn(origin, host)) return 'trusted-page';
  return EXTENSION_SCHEMES.some((scheme) => origin.startsWith(`${scheme}//`)) ? 'extension' : 'page';
}

function isOwn(origin: string, host: string | undefined): boolean {
  if (host === undefined || !URL.canParse(origin)) return false;
  const { protocol } = new URL(origin);
  // https too: a proxy before the relay may have taken TLS off.
  if (protocol !== 'http:' && protocol !== 'https:') return false;
  const own = `${protocol}//${host}`;
  return URL.canParse(own) && new URL(own).origin === origin;
}

/** Whether the browser says that another site's page made this request; some requests carry no Origin. */
export function isFromOtherSite(fetchSite: string | undefined): boolean {
  return fetchSite === 'cross-site' || fetchSite === 'same-site';
}
