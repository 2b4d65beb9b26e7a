/** What it takes to change scripts in Firefox; it is granted without a prompt, but only on a click. */
export const FILTER_PERMISSIONS = ['webRequest', 'webRequestBlocking', 'webRequestFilterResponse'] as const;

/** The match pattern of the host that a script comes from, where its pattern names one that can be granted. */
export function scriptOrigin(script: string): string | undefined {
  const [, scheme, host] = /^(https?):\/\/([^/:*]+)/i.exec(script) ?? [];
  return scheme && host ? `${scheme}://${host}/*` : undefined;
}
