import { PageChannel } from '../../calls/bridge/page-channel.ts';
import { pauseInCache } from '../../calls/bridge/pause-in-cache.ts';
import { SEARCH } from '../../calls/rendezvous.ts';
import { LastingPort } from '../../platform/lasting-port.ts';
import { MAX_FRAME_VIEW_LENGTH } from '../search-limits.ts';
import type { FromSearchBridge, ToSearchBridge } from '../search-messages.ts';
import { possibleModules } from './possible-modules.ts';

/**
 * Passes strings between the background and the finder's script in this frame, once they have paired. The
 * latest view is stored here while the page lives, so that neither a closed popup nor a stopped background
 * ends a search.
 */
export class SearchBridge {
  readonly #channel = new PageChannel({ paired: () => this.#paired(), answered: (text) => this.#said(text) }, SEARCH);
  readonly #port = new LastingPort<ToSearchBridge, FromSearchBridge>('search', {
    message: (message) => this.#onMessage(message),
    connected: () => {
      if (this.#lastView !== undefined) this.#port.post({ kind: 'said', text: this.#lastView });
    },
    gone: () => this.#end(),
  });
  #stopListening = () => {};
  #lastView: string | undefined;

  start(): void {
    // Otherwise the next page would show this page's search.
    this.#stopListening = pauseInCache(this.#port);
    this.#channel.open();
  }

  #paired(): void {
    // The isolated world's global object has only the browser's own properties.
    const names = Object.getOwnPropertyNames(window);
    this.#channel.send(JSON.stringify({ kind: 'built-ins', names }));
    this.#port.connect();
  }

  #onMessage(message: ToSearchBridge): void {
    switch (message.kind) {
      case 'command':
        this.#channel.send(message.command);
        break;
      case 'list-scripts':
        this.#port.post({ kind: 'scripts', urls: possibleModules() });
        break;
      case 'retire':
        this.#end();
        break;
      default:
        message satisfies never;
    }
  }

  #said(text: string): void {
    if (text.length > MAX_FRAME_VIEW_LENGTH) return;
    if (text.startsWith('{"view":')) this.#lastView = text;
    this.#port.post({ kind: 'said', text });
  }

  #end(): void {
    this.#port.close();
    this.#stopListening();
    this.#channel.close();
  }
}
