import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Capture } from '../extension/sites/capture-schema.ts';
import { Visitor } from './visitor.ts';

const MARK = 'sealed by the bench: ';
/** An app that draws charts, built from real libraries by a real minifier. */
const ENTRY = `
import * as vega from 'vega';
import { compile } from 'vega-lite';
import * as zod from 'zod';
function seal(text) { return '${MARK}' + text; }
const spec = { data: { values: [{ a: 1, b: 2 }] }, mark: 'bar', encoding: { x: { field: 'a' }, y: { field: 'b' } } };
vega.parse(compile(spec).spec);
globalThis.app = { parts: [vega, compile, zod], uses: [() => seal('a'), () => seal('b')] };
`;

const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Captures</title><script>${Visitor.script}</script><script defer src="SCRIPT"></script></head><body></body></html>`;

/** The same page at two origins: one site with captures, one without. */
export class CapturesPage {
  readonly capture: Capture;
  readonly bytes: number;
  readonly #script: string;
  readonly #servers: Server[] = [];
  #loads = 0;

  private constructor(script: string) {
    this.#script = script;
    this.bytes = Buffer.byteLength(script);
    const [text, name] = new RegExp(`function ([\\w$]+)\\([\\w$]+\\)\\{return"${MARK}"`).exec(script) ?? [];
    if (!text || !name) throw new Error('the minified script has no function to capture');
    this.capture = { name: 'seal', script: '/app.min.js', at: { text }, expression: name };
  }

  static async start(): Promise<CapturesPage> {
    const resolveDir = fileURLToPath(new URL('.', import.meta.url));
    const { outputFiles } = await build({
      stdin: { contents: ENTRY, resolveDir },
      bundle: true,
      minify: true,
      format: 'iife',
      write: false,
      logLevel: 'error',
    });
    return new CapturesPage(outputFiles[0]?.text ?? '');
  }

  /**
   * Serves it at its own origin. The script of `/` stays in the browser's cache, that of `/new` is new each time. Another site
   * answers all other paths.
   */
  async open(others: RequestListener): Promise<string> {
    const server = createServer((request, response) => {
      const url = request.url ?? '/';
      if (url === '/' || url === '/new' || url.startsWith('/app.min.js')) this.#answer(url, response);
      else others(request, response);
    });
    this.#servers.push(server.listen(0, '127.0.0.1'));
    await once(server, 'listening');
    // The address of a listening TCP server is an object.
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  close(): void {
    for (const server of this.#servers) {
      server.closeAllConnections();
      server.close();
    }
  }

  #answer(url: string, response: ServerResponse): void {
    if (url.startsWith('/app.min.js')) {
      response.setHeader('Content-Type', 'text/javascript; charset=utf-8');
      response.setHeader('Cache-Control', 'public, max-age=31536000, immutable');
      response.end(`${this.#script}\n//${url}`);
      return;
    }
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.setHeader('Cache-Control', 'no-store');
    response.end(PAGE.replace('SCRIPT', url === '/new' ? `/app.min.js?${++this.#loads}` : '/app.min.js'));
  }
}
