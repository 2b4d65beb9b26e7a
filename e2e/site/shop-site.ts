import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { makeCertificate } from './certificate.ts';

const STRICT_CSP = "default-src 'none'; script-src 'self'";

const FILES = ['/shop.js', '/lab.js', '/describe-value.js', '/hostile.js', '/break-built-ins.js'];
/** As their makers ship them to pages. */
const LIBRARIES: Record<string, string> = {
  '/vue-reactivity.js': '../../node_modules/@vue/reactivity/dist/reactivity.global.prod.js',
  '/mobx.js': '../../node_modules/mobx/dist/mobx.umd.production.min.js',
};
const PAGES = ['lab', 'hostile'];

/**
 * A small shop as a web site: `/` and every other path is its page, `/lab…` adds functions that behave in all the ways
 * that functions do, `/hostile` does to Pagewire whatever a page can. All under a policy that forbids the page any connection, except
 * below `/open`, which has no policy.
 */
export class ShopSite {
  readonly origin: string;
  /** The paths that a browser has asked for to have their pages ready, before anybody goes there. */
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
    // A listening TCP server has an address with a port.
    const { port } = server.address() as AddressInfo;
    return new ShopSite(server, `${https ? 'https' : 'http'}://127.0.0.1:${port}`, prerendered, held);
  }

  url(path = '/'): string {
    return this.origin + path;
  }

  /** Lets what is asked for under this path wait until the returned function is called. */
  hold(path: string): () => void {
    return holdIn(this.#held.whole, path);
  }

  /**
   * Sends of what is asked for under this path its headers alone, until the returned function is called: a page before it is then
   * left, and the next one has not begun.
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

/** Answers for these paths wait, or what comes after their headers. */
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
    // Some browsers leave a page only once something has come of the next one.
    response.write('<!doctype html>\n');
    await heldBody;
  }
  response.end(await readFile(new URL(file ?? page, import.meta.url)));
}
