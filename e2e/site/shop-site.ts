import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { makeCertificate } from './certificate.ts';

const STRICT_CSP = "default-src 'none'; script-src 'self'";

const FILES = ['/shop.js', '/lab.js', '/describe-value.js', '/hostile.js', '/break-built-ins.js'];
/** Browser builds of libraries. */
const LIBRARIES: Record<string, string> = {
  '/vue-reactivity.js': '../../node_modules/@vue/reactivity/dist/reactivity.global.prod.js',
  '/mobx.js': '../../node_modules/mobx/dist/mobx.umd.production.min.js',
};
const PAGES = ['lab', 'hostile'];

/**
 * A small shop: all paths are its page. `/lab…` adds functions with all kinds of behaviour, `/hostile` attacks Pagewire.
 * Its policy forbids the page any connection, except below `/open`, which has no policy.
 */
export class ShopSite {
  readonly origin: string;
  /** Paths that a browser has requested for prerendering. */
  readonly prerendered: string[];
  readonly #server: Server;
  readonly #held: Held;

  private constructor(server: Server, origin: string, prerendered: string[], held: Held) {
    this.#server = server;
    this.origin = origin;
    this.prerendered = prerendered;
    this.#held = held;
  }

  static async start({ https = false } = {}): Promise<ShopSite> {
    const prerendered: string[] = [];
    const held: Held = { whole: new Map(), body: new Map() };
    const answer = async (request: IncomingMessage, response: ServerResponse) => {
      if (String(request.headers['sec-purpose']).includes('prerender')) prerendered.push(request.url ?? '');
      await held.whole.get(request.url ?? '');
      await serve(request, response, held.body.get(request.url ?? ''));
    };
    const server = https ? createHttpsServer(await makeCertificate(), answer) : createHttpServer(answer);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    // The address of a listening TCP server is an object.
    const { port } = server.address() as AddressInfo;
    return new ShopSite(server, `${https ? 'https' : 'http'}://127.0.0.1:${port}`, prerendered, held);
  }

  url(path = '/'): string {
    return this.origin + path;
  }

  /** Holds back responses for this path until the returned function is called. */
  hold(path: string): () => void {
    return holdIn(this.#held.whole, path);
  }

  /**
   * Sends only the headers of this path until the returned function is called. The browser has then left the previous
   * page, and the next one has not started.
   */
  holdBody(path: string): () => void {
    return holdIn(this.#held.body, path);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** Paths whose responses or bodies are held back. */
interface Held {
  readonly whole: Map<string, Promise<void>>;
  readonly body: Map<string, Promise<void>>;
}

function holdIn(held: Map<string, Promise<void>>, path: string): () => void {
  let release = () => {};
  held.set(path, new Promise((resolve) => (release = resolve)));
  return () => {
    held.delete(path);
    release();
  };
}

async function serve(request: IncomingMessage, response: ServerResponse, heldBody?: Promise<void>): Promise<void> {
  const path = (request.url ?? '/').replace(/\?.*/, '');
  const file = LIBRARIES[path] ?? FILES.find((name) => name === path)?.slice(1);
  const page = `${PAGES.find((name) => path.includes(`/${name}`)) ?? 'shop'}.html`;
  if (!path.startsWith('/open')) response.setHeader('Content-Security-Policy', STRICT_CSP);
  response.setHeader('Content-Type', `${file ? 'text/javascript' : 'text/html'}; charset=utf-8`);
  if (heldBody) {
    // Some browsers leave a page only after the first bytes of the next one.
    response.write('<!doctype html>\n');
    await heldBody;
  }
  response.end(await readFile(new URL(file ?? page, import.meta.url)));
}
