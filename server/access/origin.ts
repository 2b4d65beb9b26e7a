/**
 * Who sent a request, by its Origin header. Browsers always send one with a WebSocket, and pages can't change
 * it. Programs send none.
 */
export type Sender = 'program' | 'trusted-page' | 'extension' | 'page';

const EXTENSION_SCHEMES = ['chrome-extension:', 'moz-extension:', 'safari-web-extension:'];

/** `host` is the request's accepted Host header. A page of that origin is the relay's own. */
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
  // https too: a proxy in front of the relay may terminate TLS.
  if (protocol !== 'http:' && protocol !== 'https:') return false;
  const own = `${protocol}//${host}`;
  return URL.canParse(own) && new URL(own).origin === origin;
}

/** Whether Sec-Fetch-Site names another site. Needed because some requests carry no Origin. */
export function isFromOtherSite(fetchSite: string | undefined): boolean {
  return fetchSite === 'cross-site' || fetchSite === 'same-site';
}
