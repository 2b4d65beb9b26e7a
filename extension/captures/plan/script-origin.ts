/** The permissions for rewriting scripts in Firefox. Granted without a prompt, but only after a click. */
export const FILTER_PERMISSIONS = ['webRequest', 'webRequestBlocking', 'webRequestFilterResponse'] as const;

/** The match pattern of the script's host, if the capture's pattern names a grantable one. */
export function scriptOrigin(script: string): string | undefined {
  const [, scheme, host] = /^(https?):\/\/([^/:*]+)/i.exec(script) ?? [];
  return scheme && host ? `${scheme}://${host}/*` : undefined;
}
