import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Cell, SCRIPT, type Sent, SLOW } from './encoding-cells.ts';

const EMPTY: Sent = { type: 'text/html; charset=utf-8', body: Buffer.from('<!doctype html><title>Empty</title>') };

const SLOW_MS = 1_000;

/** Serves the page and script of each cell, and an empty page. */
export class EncodingSite {
  readonly origin: string;
  readonly #server: Server;
  readonly #cells: readonly Cell[];

  private constructor(server: Server, cells: readonly Cell[]) {
    this.#server = server;
    this.#cells = cells;
    // The address of a listening TCP server is an object.
    this.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(cells: readonly Cell[]): Promise<EncodingSite> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const site = new EncodingSite(server, cells);
    server.on('request', (request, response) => site.#serve(request, response));
    return site;
  }

  url(cell: Cell): string {
    return `${this.origin}/${this.#cells.indexOf(cell)}/page`;
  }

  /** The same page without captures. */
  urlWithoutCapture(cell: Cell): string {
    return this.url(cell).replace(/page$/, 'plain');
  }

  scriptOf(cell: Cell): string {
    return cell.script ? this.url(cell).replace(/page$/, SCRIPT) : this.url(cell);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #serve({ url = '' }: IncomingMessage, response: ServerResponse): void {
    if (url === SLOW) {
      setTimeout(() => response.end(), SLOW_MS);
      return;
    }
    const [, index, name] = url.split('/');
    const cell = this.#cells[Number(index)];
    const sent = url === '/' ? EMPTY : name === SCRIPT ? cell?.script : cell?.page;
    if (!sent) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'Content-Type': sent.type, 'Cache-Control': 'no-cache', ...sent.headers });
    response.end(sent.body);
  }
}
