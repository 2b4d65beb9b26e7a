import type { IncomingMessage, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { PNG } from 'pngjs';
import type { Capture } from '../extension/sites/capture-schema.ts';
import { PacedLink } from './paced-link.ts';
import { Visitor } from './visitor.ts';

const AWAY_MS = 40;
const MEGABITS_PER_SECOND = 30;
const MARK = 'signed by the bench: ';

/** The chunks of the app: real minified libraries. Each chunk runs when loaded. */
const CHUNKS = {
  charts: `import * as vega from 'vega';
    const data = [{ name: 'table', values: Array.from({ length: 200 }, (_, x) => ({ x, y: x % 7 })) }];
    globalThis.parts = { vega, chart: new vega.View(vega.parse({ width: 400, height: 200, data })) };`,
  forms: `import * as zod from 'zod';
    Object.assign(globalThis.parts, { zod });
    globalThis.parts.order = zod.object({ id: zod.number(), items: zod.array(zod.object({ name: zod.string() })) });`,
  editor: `import * as acorn from 'acorn';
    globalThis.parts.editor = { acorn, tree: acorn.parse('const a = (b) => b + 1;', { ecmaVersion: 2022 }) };`,
  app: `import { h, render } from 'preact';
    import * as parse5 from 'parse5';
    function sign(text) { return '${MARK}' + text; }
    globalThis.app = { parse5, uses: [() => sign('a'), () => sign('b')] };
    fetch('/api/orders').then((answer) => answer.json()).then((orders) => {
      const valid = orders.map((order) => globalThis.parts.order.parse(order));
      parse5.parse(document.documentElement.outerHTML);
      render(h('ul', null, valid.map(({ id, items }) => h('li', null, id, items.map(({ name }) => h('b', null, name))))), document.querySelector('main'));
      globalThis.shownAt = performance.now();
    });`,
};
const [STYLES, PICTURES, SIDE] = [3, 6, 120];
const ORDERS = Array.from({ length: 100 }, (_, id) => ({ id, items: [{ name: 'first' }, { name: 'second' }] }));

interface File {
  readonly type: string;
  readonly body: Uint8Array;
}
type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * A realistic site: remote, with scripts in several chunks, style sheets and pictures. Its scripts fetch the data to show
 * from its server.
 */
export class CapturesShop {
  readonly capture: Capture;
  /** Sizes of all scripts, and of the captured one. */
  readonly bytes: { readonly scripts: number; readonly captured: number };
  readonly #files = new Map<string, File>();

  private constructor(chunks: ReadonlyMap<string, string>, newVisits: number) {
    const app = chunks.get('app') ?? '';
    const [text, name] = new RegExp(`function ([\\w$]+)\\([\\w$]+\\)\\{return"${MARK}"`).exec(app) ?? [];
    if (!text || !name) throw new Error('the minified script has no function to capture');
    this.capture = { name: 'sign', script: '/shop/app.js', at: { text }, expression: name };
    const scripts = [...chunks.values()].reduce((sum, chunk) => sum + Buffer.byteLength(chunk), 0);
    this.bytes = { scripts, captured: Buffer.byteLength(app) };
    const pictures = Array.from({ length: PICTURES }, (_, index) => picture(index));
    // Built before measuring, because packing takes longer than sending.
    for (let visit = 0; visit <= newVisits; visit++) this.#add(visit, chunks, pictures);
    this.#files.set('/api/orders', packed('application/json', JSON.stringify(ORDERS)));
  }

  /** Prepares the files of this many first visits. */
  static async build(newVisits: number): Promise<CapturesShop> {
    const resolveDir = fileURLToPath(new URL('.', import.meta.url));
    const built = Object.entries(CHUNKS).map(async ([name, contents]) => {
      const options = { bundle: true, minify: true, format: 'iife', write: false, logLevel: 'error' } as const;
      const { outputFiles } = await build({ ...options, stdin: { contents, resolveDir } });
      return [name, outputFiles[0]?.text ?? ''] as const;
    });
    return new CapturesShop(new Map(await Promise.all(built)), newVisits);
  }

  /**
   * Answers the requests of one origin over its own link. The files of `/shop` stay in the browser's cache; `/shop?new` names
   * new files at each visit.
   */
  open(): Handler {
    const link = new PacedLink(AWAY_MS, MEGABITS_PER_SECOND);
    let visit = 0;
    return (request, response) => {
      const path = request.url === '/shop?new' ? `/shop?${++visit}` : (request.url ?? '');
      const file = this.#files.get(path);
      if (!file) {
        response.writeHead(404).end();
        return;
      }
      const isKept = path.startsWith('/shop/');
      response.setHeader('Content-Type', file.type);
      response.setHeader('Cache-Control', isKept ? 'public, max-age=31536000, immutable' : 'no-store');
      if (file.type !== 'image/png') response.setHeader('Content-Encoding', 'gzip');
      void link.send(response, file.body);
    };
  }

  /** All files of a visit. Those of a returning visitor have no number. */
  #add(visit: number, chunks: ReadonlyMap<string, string>, pictures: readonly Uint8Array[]): void {
    const query = visit === 0 ? '' : `?${visit}`;
    const head: string[] = [];
    const body: string[] = [];
    for (let index = 0; index < STYLES; index++) {
      this.#files.set(`/shop/${index}.css${query}`, packed('text/css', styleSheet(index)));
      head.push(`<link rel="stylesheet" href="/shop/${index}.css${query}">`);
    }
    for (const [name, text] of chunks) {
      this.#files.set(`/shop/${name}.js${query}`, packed('text/javascript; charset=utf-8', `${text}//${visit}\n`));
      head.push(`<script defer src="/shop/${name}.js${query}"></script>`);
    }
    for (const [index, picture] of pictures.entries()) {
      this.#files.set(`/shop/${index}.png${query}`, { type: 'image/png', body: picture });
      body.push(`<img alt="" width="${SIDE}" height="${SIDE}" src="/shop/${index}.png${query}">`);
    }
    const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>${head.join('')}</head><body>${body.join('')}<main></main><script>${Visitor.script}</script></body></html>`;
    this.#files.set(`/shop${query}`, packed('text/html; charset=utf-8', page));
  }
}

function packed(type: string, text: string): File {
  return { type, body: gzipSync(text) };
}

/** Some 40 kB. */
function styleSheet(number: number): string {
  return Array.from(
    { length: 500 },
    (_, index) => `.shop-${number}-${index}>li:nth-child(${index}n){margin:${index % 9}px;color:#${index + 100}}`,
  ).join('\n');
}

/** Some 40 kB of pseudorandom data. */
function picture(seed: number): Uint8Array {
  const png = new PNG({ width: SIDE, height: SIDE });
  let noise = seed + 1;
  for (let at = 0; at < png.data.length; at++) {
    noise = (noise * 48_271) % 0x7fffffff;
    png.data[at] = at % 4 === 3 ? 255 : noise & 255;
  }
  return PNG.sync.write(png);
}
