import { MAX_BATCH_BYTES, MAX_FRAME_BYTES } from '../../../shared/limits.ts';
import type { FromBridge, ToBridge } from '../../platform/messages.ts';
import { DocumentLoad } from './document-load.ts';
import { listScripts, whenListed } from './list-scripts.ts';
import { listenAcrossOpens } from './listen-across-opens.ts';
import { PageChannel } from './page-channel.ts';

/** What is used of the extension API. Both browsers have it under this name, and in this form. */
interface Port {
  postMessage(message: FromBridge): void;
  disconnect(): void;
  readonly onMessage: { addListener(listener: (message: ToBridge) => void): void };
  readonly onDisconnect: { addListener(listener: () => void): void };
}
/** `runtime`, or its `id`, is missing once the extension that injected this script has been reloaded or removed. */
declare const chrome: { readonly runtime?: { readonly id?: string; connect(options: { name: string }): Port } };

/** Tasks that arrive later than this after they were sent have lain in a page that slept: the background is asked first. */
const LATE_MS = 1_000;
/** The waits before each new attempt to reach the background, the last one again and again. */
const RETRY_MS = [0, 100, 500, 2_000, 5_000];
/** No page script sends more at once: its largest answer alone, or a batch, and a few words around them. */
const MAX_ANSWERS_LENGTH = MAX_FRAME_BYTES + MAX_BATCH_BYTES;
/** A connection that has held for so long starts the waits anew when it goes. */
const STEADY_MS = 5_000;

type State =
  | { status: 'unpaired' }
  | { status: 'connected'; port: Port; since: number; late: LateTasks[] }
  | { status: 'waiting'; timer: ReturnType<typeof setTimeout> }
  | { status: 'away' }
  | { status: 'ended' };

type LateTasks = Extract<ToBridge, { kind: 'tasks' }>;

/**
 * Passes strings between the background and the page script: unpaired → connected ⇄ waiting; away while its page is left
 * but kept, to go back to; ended when the page's site is no longer enabled or the extension that injected it is gone. It reads neither
 * tasks nor answers.
 */
export class Bridge {
  readonly #channel = new PageChannel({
    paired: () => this.#connect(),
    answered: (answers) => {
      if (answers.length <= MAX_ANSWERS_LENGTH) this.#post({ kind: 'answers', answers });
    },
  });
  readonly #documentLoad = new DocumentLoad((isLoading) => this.#post({ kind: 'document', isLoading }));
  #stopListening: (() => void)[] = [];
  #state: State = { status: 'unpaired' };
  #attempts = 0;

  /** It has retired, or is about to: the extension that injected it is gone. */
  get hasEnded(): boolean {
    return this.#state.status === 'ended' || !chrome.runtime?.id;
  }

  start(): void {
    this.#stopListening = [
      listenAcrossOpens(window, 'pagehide', this.#hidden),
      listenAcrossOpens(window, 'pageshow', this.#shown),
    ];
    this.#documentLoad.start();
    this.#channel.open();
  }

  /** This frame was given a page script and a bridge once more: this one is the bridge, and serves where it did not yet. */
  startAgain(): void {
    if (this.#state.status === 'unpaired') this.#channel.open();
    if (this.#state.status === 'away') this.#connect();
  }

  #connect(): void {
    const port = connectToBackground();
    if (!port) {
      this.#end();
      return;
    }
    this.#state = { status: 'connected', port, since: Date.now(), late: [] };
    port.onMessage.addListener((message) => {
      if (this.#owns(port)) this.#onMessage(message);
    });
    port.onDisconnect.addListener(() => this.#disconnected(port));
    if (this.#documentLoad.isReading) this.#post({ kind: 'document', isLoading: true });
  }

  #owns(port: Port): boolean {
    return this.#state.status === 'connected' && this.#state.port === port;
  }

  #disconnected(port: Port): void {
    if (this.#state.status !== 'connected' || this.#state.port !== port) return;
    if (!chrome.runtime?.id) {
      this.#end();
      return;
    }
    if (Date.now() - this.#state.since > STEADY_MS) this.#attempts = 0;
    const ms = RETRY_MS[Math.min(this.#attempts++, RETRY_MS.length - 1)];
    this.#state = { status: 'waiting', timer: setTimeout(() => this.#connect(), ms) };
  }

  /**
   * The page is left, but kept, to go back to: Firefox keeps its port as well, and would let calls wait for it. The port of
   * any other page that goes is ended by the browser.
   */
  #hidden = ({ persisted, isTrusted }: PageTransitionEvent): void => {
    // A page can make such events itself, as many as it likes.
    if (!persisted || !isTrusted) return;
    if (this.#state.status !== 'connected' && this.#state.status !== 'waiting') return;
    this.#closePort();
    this.#state = { status: 'away' };
  };

  #shown = ({ isTrusted }: PageTransitionEvent): void => {
    if (isTrusted && this.#state.status === 'away') this.#connect();
  };

  #onMessage(message: ToBridge): void {
    switch (message.kind) {
      case 'tasks':
        this.#onTasks(message);
        break;
      case 'claimed':
        this.#runClaimed(message.ids);
        break;
      case 'list-scripts':
        this.#listScripts(message);
        break;
      case 'retire':
        this.#end();
        break;
      default:
        message satisfies never;
    }
  }

  #listScripts({ id, when, awaited }: Extract<ToBridge, { kind: 'list-scripts' }>): void {
    const list = () => {
      // A document that a script has opened and does not close is `loading` for good.
      const isWhole = document.readyState !== 'loading' || !this.#documentLoad.isReading;
      this.#post({ kind: 'scripts', id, list: listScripts(isWhole) });
    };
    if (when === 'read') this.#documentLoad.whenLoaded(list);
    else if (awaited === undefined || !this.#documentLoad.isReading) list();
    else whenListed(awaited, list);
  }

  #onTasks(message: LateTasks): void {
    if (this.#state.status !== 'connected') return;
    if (Date.now() - message.sentAt > LATE_MS) {
      this.#state.late.push(message);
      this.#post({ kind: 'claim', ids: message.ids });
      return;
    }
    // First, because the page may be busy with these tasks for long.
    this.#post({ kind: 'ack', ids: message.ids });
    this.#channel.send(message.tasks);
  }

  /** Claims are answered in the order in which they were made. */
  #runClaimed(ids: readonly number[]): void {
    const late = this.#state.status === 'connected' ? this.#state.late.shift() : undefined;
    if (late && ids.length > 0) this.#channel.send(`{"only":${JSON.stringify(ids)},"tasks":${late.tasks}}`);
  }

  #post(message: FromBridge): void {
    if (this.#state.status !== 'connected') return;
    const { port } = this.#state;
    try {
      port.postMessage(message);
    } catch {
      // The port is gone and its onDisconnect has not come yet (or never will, in a page that was put aside). Or it is there
      // and would not take this: then it must not stay behind beside the next one.
      end(port);
      this.#disconnected(port);
    }
  }

  #end(): void {
    this.#closePort();
    this.#state = { status: 'ended' };
    for (const stop of this.#stopListening) stop();
    this.#documentLoad.end();
    this.#channel.close();
  }

  #closePort(): void {
    if (this.#state.status === 'connected') end(this.#state.port);
    if (this.#state.status === 'waiting') clearTimeout(this.#state.timer);
  }
}

function end(port: Port): void {
  try {
    port.disconnect();
  } catch {
    // The extension that it belonged to is gone, and the port with it.
  }
}

function connectToBackground(): Port | undefined {
  try {
    return chrome.runtime?.connect({ name: 'bridge' });
  } catch {
    // The extension was reloaded or removed: whatever it injects then is a bridge of its own.
    return undefined;
  }
}
