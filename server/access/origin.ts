/**
 * Who sent a request, by its Origin header. Browsers always send one with a WebSocket, and pages can't change
 * it. Programs send none.
 */
export type Sender = 'program' | 'trusted-page' | 'extension' | 'page';

const EXTENSION_SCHEMES = ['chrome-extension:', 'moz-extension:', 'safari-web-extension:'];

/** `own` is the relay's own URL, as the remote asked for it: scheme and accepted Host header. */
export function senderOf(origin: string | undefined, own: OwnUrl, allowedOrigins: readonly string[]): Sender {
  if (origin === undefined) return 'program';
  if (allowedOrigins.includes(origin) || isOwn(origin, own)) return 'trusted-page';
  return EXTENSION_SCHEMES.some((scheme) => origin.startsWith(`${scheme}//`)) ? 'extension' : 'page';
}

interface OwnUrl {
  readonly host: string | undefined;
  readonly isSecure: boolean;
}

function isOwn(origin: string, { host, isSecure }: OwnUrl): boolean {
  // Any scheme on the same port comes from the relay, or from a proxy before it. Without a port http and https differ.
  const schemes = isSecure ? ['https'] : /:(?!80$)\d+$/.test(host ?? '') ? ['http', 'https'] : ['http'];
  return schemes.some((scheme) => {
    const own = `${scheme}://${host}`;
    return URL.canParse(own) && new URL(own).origin === origin;
  });
}

/** Whether Sec-Fetch-Site may name another site. Needed because some requests carry no Origin. */
export function isFromOtherSite(fetchSite: string | undefined): boolean {
  return fetchSite !== undefined && fetchSite !== 'same-origin' && fetchSite !== 'none';
}
