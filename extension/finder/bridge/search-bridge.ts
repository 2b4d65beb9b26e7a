import { PageChannel } from '../../calls/bridge/page-channel.ts';
import { SEARCH } from '../../calls/rendezvous.ts';
import { MAX_FRAME_VIEW_LENGTH } from '../search-limits.ts';
import type { FromSearchBridge, ToSearchBridge } from '../search-messages.ts';
import { possibleModules } from './possible-modules.ts';

/** The part of the extension API that is used, as in bridge.ts. */
interface Port {
  postMessage(message: FromSearchBridge): void;
  disconnect(): void;
  readonly onMessage: { addListener(listener: (message: ToSearchBridge) => void): void };
  readonly onDisconnect: { addListener(listener: () => void): void };
}
declare const chrome: { readonly runtime?: { readonly id?: string; connect(options: { name: string }): Port } };

/** A new connection starts a stopped background. */
const RECONNECT_MS = 500;

type State =
  | { status: 'unpaired' }
  | { status: 'connected'; port: Port }
  | { status: 'waiting'; timer: ReturnType<typeof setTimeout> }
  | { status: 'away' }
  | { status: 'ended' };

/**
 * Passes strings between the background and the finder's script in this frame: unpaired → connected ⇄
 * waiting → ended; away while the page is in the back/forward cache. The latest view is stored here while
 * the page lives, so that neither a closed popup nor a stopped background ends a search.
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
    // The isolated world's global object has only the browser's own properties.
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

  /**
   * The page enters the back/forward cache: Firefox keeps its Port, and the next page would show this
   * search.
   */
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
      // The port is gone and onDisconnect has not fired yet.
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
    // The port's extension is gone.
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
