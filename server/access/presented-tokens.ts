import type { IncomingMessage } from 'node:http';

/** One presented token, in every way it may be decoded. */
export type Presented = readonly string[];

/**
 * The tokens of a WebSocket handshake: at most one each from the header, the subprotocols and the query.
 * More are not read: each costs a hash, and would be one more guess.
 */
export function handshakeTokens(request: IncomingMessage): Presented[] {
  const plain = [...headerToken(request), ...subprotocolToken(request.headers['sec-websocket-protocol'])];
  const inQuery = queryToken(request.url);
  const presented = [...new Set(plain)].map((token) => [token]);
  return inQuery.length === 0 || plain.some((token) => inQuery.includes(token)) ? presented : [...presented, inQuery];
}

/** The token of an HTTP request's header. Its URL is not read: proxies and histories store URLs. */
export function headerTokens(request: IncomingMessage): Presented[] {
  return headerToken(request).map((token) => [token]);
}

/**
 * The token of a URL's query, the likelier decoding first. A `+` stands for itself if a script wrote the token
 * into the URL unencoded, and for a space if the token was form-encoded.
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

/** The subprotocol that the relay selects. The subprotocol that carries the token is never echoed. */
export const SUBPROTOCOL = 'pagewire';
const BEARER = 'bearer.';

function subprotocolToken(header: string | undefined): string[] {
  const offered = header?.split(',').map((name) => name.trim()) ?? [];
  const bearer = offered.find((name) => name.startsWith(BEARER));
  return bearer === undefined ? [] : [Buffer.from(bearer.slice(BEARER.length), 'base64url').toString()];
}
