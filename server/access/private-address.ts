import ipaddr from 'ipaddr.js';

/** Loopback, private and link-local; IPv4 in IPv6 counts as the IPv4 address that it is. */
const PRIVATE_RANGES = new Set(['loopback', 'private', 'linkLocal', 'uniqueLocal']);

/** Whether a peer is on this machine or in its neighbourhood, as far as its address tells. */
export function isPrivateAddress(address: string | undefined): boolean {
  // As most are, of callers and in tests; to read an address takes longer than much of a call.
  if (address === '127.0.0.1' || address === '::1') return true;
  if (address === undefined || !ipaddr.isValid(address)) return false;
  return PRIVATE_RANGES.has(ipaddr.process(address).range());
}
