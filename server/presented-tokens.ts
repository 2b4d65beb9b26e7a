import type { IncomingMessage } from 'node:http';

/**
 * The tokens of a WebSocket handshake: one of its header, one of its subprotocols, one of its query. Further ones are not read:
 * each would be a guess of its own, and a hash.
 */
export function handshakeTokens(request: IncomingMessage): string[] {
  const inQuery = new URLSearchParams(request.url?.split('?')[1]).get('token');
  const presented = [
    ...headerTokens(request),
    ...subprotocolToken(request.headers['sec-websocket-protocol']),
    ...(inQuery === null ? [] : [inQuery]),
  ];
  return [...new Set(presented)];
}

/** The token of an HTTP request. Not of its URL, which proxies and histories keep. */
export function headerTokens(request: IncomingMessage): string[] {
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
