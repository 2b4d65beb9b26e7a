const USERINFO = /^([a-z][a-z\d+.-]*:\/\/)[^/?#]*@/i;

/** A URL without the name and password that may stand before its host. */
export function withoutUserinfo(url: string): string {
  return url.replace(USERINFO, '$1');
}
