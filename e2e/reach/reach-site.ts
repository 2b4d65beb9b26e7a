import { once } from 'node:events';
import { mkdtemp, readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import webpack from 'webpack';
import { CLOSURE_PAGES, type ClosurePage, REACH_PAGES, type ReachPage } from './reach-pages.ts';

/** Small pages, each with one function to reach, each in a folder of its own. */
export class ReachSite {
  readonly origin: string;
  readonly #server: Server;
  readonly #built: string;

  private constructor(server: Server, built: string) {
    this.#server = server;
    this.#built = built;
    // A listening TCP server has an address with a port.
    this.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request: IncomingMessage, response: ServerResponse) => void this.#answer(request, response));
  }

  static async start(): Promise<ReachSite> {
    const built = await mkdtemp(join(tmpdir(), 'pagewire-reach-'));
    await buildChunkGlobal(built);
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new ReachSite(server, built);
  }

  url(page: ReachPage | ClosurePage): string {
    return `${this.origin}/${page}/index.html`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer({ url = '/' }: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, page = '', file = ''] = url.split('/');
    response.setHeader('Content-Type', `${file.endsWith('.js') ? 'text/javascript' : 'text/html'}; charset=utf-8`);
    const files: Record<string, string> = {
      ...REACH_PAGES[page as ReachPage],
      ...CLOSURE_PAGES[page as ClosurePage]?.files,
    };
    const content = files[file] ?? (await readFile(join(this.#built, file)).catch(() => undefined));
    if (content === undefined) response.statusCode = 404;
    response.end(content);
  }
}

async function buildChunkGlobal(path: string): Promise<void> {
  const compiler = webpack({
    mode: 'production',
    target: 'web',
    entry: { main: fileURLToPath(new URL('chunk-global/entry.js', import.meta.url)) },
    output: { path, chunkLoadingGlobal: '__LOADABLE_LOADED_CHUNKS__' },
    optimization: { concatenateModules: false },
  });
  const stats = await new Promise<webpack.Stats | undefined>((resolve, reject) => {
    compiler?.run((error, stats) => (error ? reject(error) : resolve(stats)));
  });
  if (!stats || stats.hasErrors()) throw new Error(`the build failed: ${stats?.toString('errors-only')}`);
}
