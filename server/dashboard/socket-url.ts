/** The WebSocket URL of the relay that served this page. Behind a proxy the relay may have a path prefix. */
export function socketUrl(
  { protocol, host, pathname }: Pick<Location, 'protocol' | 'host' | 'pathname'>,
  token?: string,
): string {
  const url = new URL(`${protocol === 'https:' ? 'wss' : 'ws'}://${host}${pathname.replace(/[^/]*$/, '')}`);
  if (token) url.searchParams.set('token', token);
  return url.href;
}
