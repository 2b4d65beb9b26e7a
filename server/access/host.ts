import { isIP } from 'node:net';

const HOST_HEADER = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i;

/**
 * Whether a Host header names this relay. With DNS rebinding, a web page makes its own host name resolve to
 * the relay and then counts as same-origin. It can't do that with localhost, an IP literal or a name without dots.
 */
export function isAcceptedHost(header: string | undefined, allowedHosts: readonly string[]): boolean {
  const host = HOST_HEADER.exec(header ?? '')?.[1]?.toLowerCase();
  if (host === undefined) return false;
  if (host.startsWith('[')) return isIP(host.slice(1, -1)) === 6;
  return isIP(host) === 4 || !host.includes('.') || allowedHosts.includes(host);
}
