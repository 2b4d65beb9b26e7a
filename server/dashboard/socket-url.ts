/** Where browsers and programs reach the relay that this page came from. */
export function socketUrl({ protocol, host }: Pick<Location, 'protocol' | 'host'>, token?: string): string {
  const url = new URL(`${protocol === 'https:' ? 'wss' : 'ws'}://${host}/`);
  if (token) url.searchParams.set('token', token);
  return url.href;
}
