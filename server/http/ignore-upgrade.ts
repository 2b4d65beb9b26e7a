import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

const OFFER = /^(?:upgrade|http2-settings)$/i;

/**
 * Goes on with a request that offers to upgrade to something else than a WebSocket, as if it had not (RFC 9110 section 7.8
 * lets a server). Java's HttpClient offers h2c with every plain request, and Node hands over all that is offered once
 * anybody listens for any. The request's head is put back without its offer, and read again.
 */
export function ignoreUpgrade(server: Server, request: IncomingMessage, stream: Duplex, head: Buffer): void {
  const { method, url, httpVersion, rawHeaders } = request;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const value = rawHeaders[index + 1] ?? '';
    if (/^connection$/i.test(name)) lines.push(`${name}: ${withoutOffer(value)}`);
    else if (!OFFER.test(name)) lines.push(`${name}: ${value}`);
  }
  stream.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  // What comes over TLS has been decrypted already.
  server.emit('encrypted' in stream ? 'secureConnection' : 'connection', stream);
}

function withoutOffer(connection: string): string {
  const options = connection.split(',').map((option) => option.trim());
  return options.filter((option) => !OFFER.test(option)).join(', ');
}
