import type { IncomingMessage } from 'node:http';

/** One token as it came, in all ways that it may have been meant. */
export type Presented = readonly string[];

/**
 * The tokens of a WebSocket handshake: one of its header, one of its subprotocols, one of its query. Further ones are not read:
 * each would be a guess of its own, and a hash.
 */
export function handshakeTokens(request: IncomingMessage): Presented[] {
  const plain = [...headerToken(request), ...subprotocolToken(request.headers['sec-websocket-protocol'])];
  const inQuery = queryToken(request.url);
  const presented = [...new Set(plain)].map((token) => [token]);
  return inQuery.length === 0 || plain.some((token) => inQuery.includes(token)) ? presented : [...presented, inQuery];
}

/** The token of an HTTP request. Not of its URL, which proxies and histories keep. */
export function headerTokens(request: IncomingMessage): Presented[] {
  return headerToken(request).map((token) => [token]);
}

/**
 * The token of a URL's query, first as it was most likely meant. A `+` is one where a script has put the token into the URL as it
 * is, and a space where a form's rules have encoded it.
 */
export function queryToken(url: string | undefined): Presented {
  const query = /\?([^#]*)/.exec(url ?? '')?.[1] ?? '';
  const [asItIs, asForm] = [query.replaceAll('+', '%2B'), query].map((text) => new URLSearchParams(text).get('token'));
  return [...new Set([asItIs, asForm])].flatMap((token) => token ?? []);
}

function headerToken(request: IncomingMessage): string[] {
  const [, token] = /^Bearer +(.+)$/i.exec(request.headers.authorization ?? '') ?? [];
  return token === undefined ? [] : [token];
}

/** The subprotocol that the relay selects. The token's is never echoed. */
export const SUBPROTOCOL = 'pagewire';
const BEARER = 'bearer.';

function subprotocolToken(header: string | undefined): string[] {
  const offered = header?.split(',').map((name) => name.trim()) ?? [];
  const bearer = offered.find((name) => name.startsWith(BEARER));
  return bearer === undefined ? [] : [Buffer.from(bearer.slice(BEARER.length), 'base64url').toString()];
}
