import { EventEmitter, once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

const PATH = '/visitor';

/**
 * Navigates from page to page without a driver, which would be notified of each request and distort the measurement. Each
 * page reports its own load time and asks where to go next.
 */
export class Visitor {
  /** Script of the visited pages. A page of `/shop` is done once it sets `shownAt`, any other once it has loaded. */
  static readonly script = `
    addEventListener('load', function loaded() {
      const [{ loadEventEnd }] = performance.getEntriesByType('navigation');
      const shownAt = location.pathname.startsWith('/shop') ? globalThis.shownAt : loadEventEnd;
      // The load event ends after all its listeners.
      if (!loadEventEnd || !shownAt) setTimeout(loaded, 5);
      else fetch('${PATH}', { method: 'POST', body: Math.max(loadEventEnd, shownAt) })
        .then((answer) => answer.text())
        .then((next) => { if (next) location.assign(next); });
    });`;
  readonly #arrivals = new EventEmitter<{ arrived: [milliseconds: number] }>();
  /** The pending request of the current page for its next URL. */
  #asking: ServerResponse | undefined;

  /** Whether the request came from a visited page. */
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

  /** Navigates to `url` from the current or next page. Resolves with the load time in ms. */
  async load(url: string): Promise<number> {
    if (!this.#asking) await once(this.#arrivals, 'arrived');
    const arrived = once(this.#arrivals, 'arrived');
    this.#asking?.end(url);
    this.#asking = undefined;
    const [took] = await arrived;
    return took;
  }
}
