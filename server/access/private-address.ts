import ipaddr from 'ipaddr.js';

/** Names of ipaddr.js. IPv4-mapped IPv6 addresses count as IPv4. */
const PRIVATE_RANGES = new Set(['loopback', 'private', 'linkLocal', 'uniqueLocal']);

/** Whether an address is loopback, private or link-local. */
export function isPrivateAddress(address: string | undefined): boolean {
  // Fast path for the commonest addresses: parsing one takes longer than much of a call.
  if (address === '127.0.0.1' || address === '::1') return true;
  if (address === undefined || !ipaddr.isValid(address)) return false;
  return PRIVATE_RANGES.has(ipaddr.process(address).range());
}
