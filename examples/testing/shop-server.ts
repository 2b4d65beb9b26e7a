import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { decrypt, encrypt, sign } from './shop.ts';

export interface ShopServer {
  url: string;
  /** Accepted requests, decrypted. */
  received: string[];
  /** Number of all requests. */
  requests: () => number;
  close: () => Promise<void>;
}

/** The shop's server: rejects orders that are not encrypted and signed, and answers them encrypted. Other paths are plain. */
export async function startShopServer(): Promise<ShopServer> {
  const received: string[] = [];
  let requests = 0;
  const server = createServer((request, response) => {
    requests++;
    text(request).then(
      (body) => answer(request, response, body, received),
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // The address of a TCP server is an object.
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, received, requests: () => requests, close };
}

function answer(request: IncomingMessage, response: ServerResponse, body: string, received: string[]): void {
  const { pathname: path } = new URL(request.url ?? '/', 'http://shop');
  if (!path.startsWith('/api/')) {
    response.end(`plain ${body}`);
    return;
  }
  try {
    if (request.headers['x-sign'] !== sign(request.method ?? '', path, body)) throw new Error('wrong signature');
    const order = decrypt(String(JSON.parse(body).data));
    received.push(order);
    const answered = JSON.stringify({
      code: 0,
      data: path === '/api/garbled' ? 'bm90aGluZw==' : encrypt(`{"got":${order}}`),
    });
    response
      .setHeader('Content-Type', 'application/json')
      .setHeader('Content-Encoding', 'gzip')
      .end(gzipSync(answered));
  } catch (error) {
    response.writeHead(400, { 'Content-Type': 'application/json' }).end(JSON.stringify({ error: String(error) }));
  }
}
