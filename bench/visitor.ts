import { EventEmitter, once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

const PATH = '/visitor';

/**
 * Somebody who goes from page to page: each says itself when it was there, and goes where it is told to. No driver has to look on,
 * which tells of each request and so is part of what would be measured.
 */
export class Visitor {
  /** What a page has to run. One of `/shop` is there once its `shownAt` is set, any other once it has loaded. */
  static readonly script = `
    addEventListener('load', function loaded() {
      const [{ loadEventEnd }] = performance.getEntriesByType('navigation');
      const shownAt = location.pathname.startsWith('/shop') ? globalThis.shownAt : loadEventEnd;
      // The event is not over before all that hear it are.
      if (!loadEventEnd || !shownAt) setTimeout(loaded, 5);
      else fetch('${PATH}', { method: 'POST', body: Math.max(loadEventEnd, shownAt) })
        .then((answer) => answer.text())
        .then((next) => { if (next) location.assign(next); });
    });`;
  readonly #arrivals = new EventEmitter<{ arrived: [milliseconds: number] }>();
  /** The question of the page that is there, where to go next. */
  #asking: ServerResponse | undefined;

  /** Whether it was a page of the visitor that asked. */
  answers(request: IncomingMessage, response: ServerResponse): boolean {
    if (request.url !== PATH) return false;
    void this.#arrive(request, response);
    return true;
  }

  async #arrive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const took = Number(await text(request));
    this.#asking = response;
    response.once('close', () => {
      if (this.#asking === response) this.#asking = undefined;
    });
    this.#arrivals.emit('arrived', took);
  }

  /** Goes there from the page that is there, or that is to come, and tells how many milliseconds it took. */
  async load(url: string): Promise<number> {
    if (!this.#asking) await once(this.#arrivals, 'arrived');
    const arrived = once(this.#arrivals, 'arrived');
    this.#asking?.end(url);
    this.#asking = undefined;
    const [took] = await arrived;
    return took;
  }
}
