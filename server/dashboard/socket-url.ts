/** A proxy may have the relay under a path of its own: `pathname` ends in a slash, or in a file that the page came as. */
type Place = Pick<Location, 'protocol' | 'host' | 'pathname'>;

/** Where browsers and programs reach the relay that this page came from. */
export function socketUrl({ protocol, host, pathname }: Place, token?: string): string {
  const url = new URL(`${protocol === 'https:' ? 'wss' : 'ws'}://${host}${pathname.replace(/[^/]*$/, '')}`);
  if (token) url.searchParams.set('token', token);
  return url.href;
}
