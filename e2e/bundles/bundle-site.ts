import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buildBundle, type Version } from './build-bundle.ts';
import { BUNDLERS, type Bundler } from './bundlers.ts';

const STRICT_CSP = "default-src 'none'; script-src 'self'";
/** `/webpack5/main.js`: a bundler and a file of its build. */
const PATH = /^\/(\w+)\/([\w.-]+(?:\/[\w.-]+)*)?$/;

/** Serves the sample page of each bundler in its own folder, with a policy that allows its own scripts only. */
export class BundleSite {
  readonly origin: string;
  readonly #server: Server;
  #version: Version = 'first';

  private constructor(server: Server) {
    this.#server = server;
    // The address of a listening TCP server is an object.
    this.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request: IncomingMessage, response: ServerResponse) => void this.#answer(request, response));
  }

  static async start(): Promise<BundleSite> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new BundleSite(server);
  }

  url(bundler: Bundler): string {
    return `${this.origin}/${bundler}/`;
  }

  /** Serves this version from now on. Loaded pages change when reloaded. */
  deploy(version: Version): void {
    this.#version = version;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer({ url = '/' }: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, bundler = '', file = 'index.html'] = PATH.exec(url.replace(/\?.*/, '')) ?? [];
    response.setHeader('Content-Security-Policy', STRICT_CSP);
    response.setHeader('Cache-Control', 'no-store');
    try {
      if (!(bundler in BUNDLERS)) throw new Error(`no bundler "${bundler}"`);
      const folder = await buildBundle(bundler as Bundler, this.#version);
      const content = await readFile(join(folder, file));
      response.setHeader('Content-Type', `${file.endsWith('.js') ? 'text/javascript' : 'text/html'}; charset=utf-8`);
      response.end(content);
    } catch (error) {
      response.statusCode = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 404 : 500;
      response.end(String(error));
    }
  }
}
