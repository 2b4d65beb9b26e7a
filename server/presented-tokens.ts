import type { IncomingMessage } from 'node:http';

/** The tokens of a WebSocket handshake: its header, its subprotocols, its query. */
export function handshakeTokens(request: IncomingMessage): string[] {
  const inQuery = new URLSearchParams(request.url?.split('?')[1]).getAll('token');
  return [...headerTokens(request), ...subprotocolTokens(request.headers['sec-websocket-protocol']), ...inQuery];
}

/** The token of an HTTP request. Not of its URL, which proxies and histories keep. */
export function headerTokens(request: IncomingMessage): string[] {
  const [, token] = /^Bearer +(.+)$/i.exec(request.headers.authorization ?? '') ?? [];
  return token === undefined ? [] : [token];
}

/** The subprotocol that the relay selects. The token's is never echoed. */
export const SUBPROTOCOL = 'pagewire';
const BEARER = 'bearer.';

function subprotocolTokens(header: string | undefined): string[] {
  const offered = header?.split(',').map((name) => name.trim()) ?? [];
  return offered
    .filter((name) => name.startsWith(BEARER))
    .map((name) => Buffer.from(name.slice(BEARER.length), 'base64url').toString());
}
