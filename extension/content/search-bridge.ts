import { SEARCH } from '../rendezvous.ts';
import { MAX_FRAME_VIEW_LENGTH } from '../search-limits.ts';
import type { FromSearchBridge, ToSearchBridge } from '../search-messages.ts';
import { PageChannel } from './page-channel.ts';
import { possibleModules } from './possible-modules.ts';

/** What is used of the extension API, as in bridge.ts. */
interface Port {
  postMessage(message: FromSearchBridge): void;
  disconnect(): void;
  readonly onMessage: { addListener(listener: (message: ToSearchBridge) => void): void };
  readonly onDisconnect: { addListener(listener: () => void): void };
}
declare const chrome: { readonly runtime?: { readonly id?: string; connect(options: { name: string }): Port } };

/** A background that was stopped is started by a connection. */
const RECONNECT_MS = 500;

type State =
  | { status: 'unpaired' }
  | { status: 'connected'; port: Port }
  | { status: 'waiting'; timer: ReturnType<typeof setTimeout> }
  | { status: 'ended' };

/**
 * Passes strings between the background and the finder's script in this frame: unpaired → connected ⇄ waiting → ended. What
 * the script told last is kept here, as long as the page lives: neither a popup that closes nor a background that is
 * stopped ends a search.
 */
export class SearchBridge {
  readonly #channel = new PageChannel({ paired: () => this.#paired(), answered: (text) => this.#said(text) }, SEARCH);
  #state: State = { status: 'unpaired' };
  #lastView: string | undefined;

  start(): void {
    this.#channel.open();
  }

  #paired(): void {
    // This world's global object has what the browser gives to all pages, and nothing that the page has put there.
    const names = Object.getOwnPropertyNames(window);
    this.#channel.send(JSON.stringify({ kind: 'built-ins', names }));
    this.#connect();
  }

  #connect(): void {
    const port = connectToBackground();
    if (!port) {
      this.#end();
      return;
    }
    this.#state = { status: 'connected', port };
    port.onMessage.addListener((message) => this.#hear(message));
    port.onDisconnect.addListener(() => this.#disconnected());
    if (this.#lastView !== undefined) this.#post({ kind: 'said', text: this.#lastView });
  }

  #disconnected(): void {
    if (this.#state.status !== 'connected') return;
    if (chrome.runtime?.id) this.#state = { status: 'waiting', timer: setTimeout(() => this.#connect(), RECONNECT_MS) };
    else this.#end();
  }

  #hear(message: ToSearchBridge): void {
    switch (message.kind) {
      case 'command':
        this.#channel.send(message.command);
        break;
      case 'list-scripts':
        this.#post({ kind: 'scripts', urls: possibleModules() });
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
    this.#post({ kind: 'said', text });
  }

  #post(message: FromSearchBridge): void {
    if (this.#state.status !== 'connected') return;
    try {
      this.#state.port.postMessage(message);
    } catch {
      // The port is gone, and its onDisconnect has not come yet.
      this.#disconnected();
    }
  }

  #end(): void {
    if (this.#state.status === 'connected') this.#state.port.disconnect();
    if (this.#state.status === 'waiting') clearTimeout(this.#state.timer);
    this.#state = { status: 'ended' };
    this.#channel.close();
  }
}

function connectToBackground(): Port | undefined {
  try {
    return chrome.runtime?.connect({ name: 'search' });
  } catch {
    // The extension was reloaded or removed.
    return undefined;
  }
}
