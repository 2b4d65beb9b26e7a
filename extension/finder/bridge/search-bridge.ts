import { PageChannel } from '../../calls/bridge/page-channel.ts';
import { SEARCH } from '../../calls/rendezvous.ts';
import { MAX_FRAME_VIEW_LENGTH } from '../search-limits.ts';
import type { FromSearchBridge, ToSearchBridge } from '../search-messages.ts';
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
  | { status: 'away' }
  | { status: 'ended' };

/**
 * Passes strings between the background and the finder's script in this frame: unpaired → connected ⇄ waiting → ended; away while its
 * page is left but kept, to go back to. What the script told last is kept here, as long as the page lives: neither a popup that closes
 * nor a background that is stopped ends a search.
 */
export class SearchBridge {
  readonly #channel = new PageChannel({ paired: () => this.#paired(), answered: (text) => this.#said(text) }, SEARCH);
  #state: State = { status: 'unpaired' };
  #lastView: string | undefined;

  start(): void {
    addEventListener('pagehide', this.#hidden);
    addEventListener('pageshow', this.#shown);
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
    port.onMessage.addListener((message) => {
      if (this.#owns(port)) this.#hear(message);
    });
    port.onDisconnect.addListener(() => this.#disconnected(port));
    if (this.#lastView !== undefined) this.#post({ kind: 'said', text: this.#lastView });
  }

  #owns(port: Port): boolean {
    return this.#state.status === 'connected' && this.#state.port === port;
  }

  /** The page is left, but kept: in Firefox its Port stays, and its search would be shown as the next page's. */
  #hidden = ({ persisted, isTrusted }: PageTransitionEvent): void => {
    if (!persisted || !isTrusted) return;
    if (this.#state.status !== 'connected' && this.#state.status !== 'waiting') return;
    this.#letGo();
    this.#state = { status: 'away' };
  };

  #shown = ({ isTrusted }: PageTransitionEvent): void => {
    if (isTrusted && this.#state.status === 'away') this.#connect();
  };

  #disconnected(port: Port): void {
    if (!this.#owns(port)) return;
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
    const { port } = this.#state;
    try {
      port.postMessage(message);
    } catch {
      // The port is gone, and its onDisconnect has not come yet.
      this.#disconnected(port);
    }
  }

  #end(): void {
    this.#letGo();
    this.#state = { status: 'ended' };
    removeEventListener('pagehide', this.#hidden);
    removeEventListener('pageshow', this.#shown);
    this.#channel.close();
  }

  #letGo(): void {
    if (this.#state.status === 'connected') disconnect(this.#state.port);
    if (this.#state.status === 'waiting') clearTimeout(this.#state.timer);
  }
}

function disconnect(port: Port): void {
  try {
    port.disconnect();
  } catch {
    // The extension that it belonged to is gone, and the port with it.
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
