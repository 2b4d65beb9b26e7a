import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyRequest } from 'fastify';

const PREFLIGHT_S = 600;

/** Whether a browser asks for a page of ALLOWED_ORIGINS whether it may send its request. */
export function isPreflight({ method, sender, headers }: FastifyRequest): boolean {
  return method === 'OPTIONS' && sender === 'trusted-page' && headers['access-control-request-method'] !== undefined;
}

/** What lets a page of ALLOWED_ORIGINS read answers (Fetch standard, section 3.3). */
export function corsHeaders({ origin, ...headers }: IncomingHttpHeaders): Record<string, string | undefined> {
  const shared = { 'access-control-allow-origin': origin, vary: 'Origin' };
  if (headers['access-control-request-method'] === undefined) return shared;
  return {
    ...shared,
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': 'Authorization, Content-Encoding, Content-Type',
    'access-control-max-age': String(PREFLIGHT_S),
    // Chromium asks this of a relay on the own machine or in a private network.
    ...(headers['access-control-request-private-network'] && { 'access-control-allow-private-network': 'true' }),
  };
}
