import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

const DIST = new URL('../../dist/chrome/', import.meta.url);
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.png': 'image/png',
};

/** Serves the built extension pages over HTTP, where a stand-in replaces the extension API. */
export class BuiltPages {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<BuiltPages> {
    const server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
      readFile(fileURLToPath(new URL(`.${pathname}`, DIST))).then(
        (content) =>
          response
            .setHeader('cache-control', 'max-age=600')
            .setHeader('content-type', TYPES[extname(pathname)] ?? 'text/plain')
            .end(content),
        () => response.writeHead(404).end(),
      );
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new BuiltPages(server);
  }

  url(page: 'popup' | 'options'): string {
    // The address of a listening TCP server is an object.
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/${page}/${page}.html`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
