const USERINFO = /^([a-z][a-z\d+.-]*:\/\/)[^/?#]*@/i;

/** Removes user name and password from a URL. */
export function withoutUserinfo(url: string): string {
  return url.replace(USERINFO, '$1');
}
