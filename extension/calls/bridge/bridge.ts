import { MAX_BATCH_BYTES, MAX_FRAME_BYTES } from '../../../shared/limits.ts';
import type { FromBridge, ToBridge } from '../../platform/messages.ts';
import { DocumentLoad } from './document-load.ts';
import { listScripts, whenListed } from './list-scripts.ts';
import { listenAcrossOpens } from './listen-across-opens.ts';
import { PageChannel } from './page-channel.ts';

/** The part of the extension API that is used. Both browsers have it as `chrome`. */
interface Port {
  postMessage(message: FromBridge): void;
  disconnect(): void;
  readonly onMessage: { addListener(listener: (message: ToBridge) => void): void };
  readonly onDisconnect: { addListener(listener: () => void): void };
}
/** `runtime` or its `id` is missing after the extension was reloaded or removed. */
declare const chrome: { readonly runtime?: { readonly id?: string; connect(options: { name: string }): Port } };

/** Tasks older than this waited in a frozen page: ask the background before running them. */
const LATE_MS = 1_000;
/** Delays between reconnects; the last one repeats. */
const RETRY_MS = [0, 100, 500, 2_000, 5_000];
/** A page script sends at most its largest answer, or a batch, plus a few characters. */
const MAX_ANSWERS_LENGTH = MAX_FRAME_BYTES + MAX_BATCH_BYTES;
/** After a connection of this length the delays start over. */
const STEADY_MS = 5_000;

type State =
  | { status: 'unpaired' }
  | { status: 'connected'; port: Port; since: number; late: LateTasks[] }
  | { status: 'waiting'; timer: ReturnType<typeof setTimeout> }
  | { status: 'away' }
  | { status: 'ended' };

type LateTasks = Extract<ToBridge, { kind: 'tasks' }>;

/**
 * Passes strings between the background and the page script: unpaired → connected ⇄ waiting; away while its
 * page is in the back/forward cache; ended when the site is no longer enabled or the extension is gone. It
 * parses neither tasks nor answers.
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

  /** Whether it has ended, or its extension is gone. */
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

  /**
   * The scripts were injected into this frame again. This bridge stays, and pairs or reconnects if
   * necessary.
   */
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
   * The page enters the back/forward cache: Firefox keeps its port too, and calls would wait for it. In
   * other cases the browser ends the port.
   */
  #hidden = ({ persisted, isTrusted }: PageTransitionEvent): void => {
    // A page can dispatch such events itself.
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
      // A document that a script opened and never closes stays `loading`.
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
    // Acknowledge first: the page may be busy with these tasks for long.
    this.#post({ kind: 'ack', ids: message.ids });
    this.#channel.send(message.tasks);
  }

  /** Claims are answered in order. */
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
      // The port is gone and onDisconnect has not fired yet (or never will, in the back/forward cache). If
      // the port exists but refused the message, it must not stay open beside the next one.
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
    // The port's extension is gone.
  }
}

function connectToBackground(): Port | undefined {
  try {
    return chrome.runtime?.connect({ name: 'bridge' });
  } catch {
    // The extension was reloaded or removed; it injects a new bridge.
    return undefined;
  }
}
