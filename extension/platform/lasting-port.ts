/** The part of a Port that is used. Both browsers have it as `chrome`, in all worlds but the page's. */
interface Port {
  postMessage(message: unknown): void;
  disconnect(): void;
  readonly onMessage: { addListener(listener: (message: unknown) => void): void };
  readonly onDisconnect: { addListener(listener: () => void): void };
}
/** `runtime` or its `id` is missing after the extension was reloaded or removed. */
declare const chrome: { readonly runtime?: { readonly id?: string; connect(options: { name: string }): Port } };

/** Delays between reconnects; the last one repeats. A new connection starts a stopped background. */
const RETRY_MS = [0, 100, 500, 2_000, 5_000];
/** After a connection of this length the delays start over. */
const STEADY_MS = 5_000;

type State =
  | { status: 'new' | 'paused' | 'closed' }
  | { status: 'connected'; port: Port; since: number }
  | { status: 'waiting'; timer: ReturnType<typeof setTimeout> };

export interface LastingPortEvents<Received> {
  /** Our own background sends nothing else on a Port of this name. */
  message(message: Received): void;
  connected?(): void;
  disconnected?(): void;
  /** The extension was reloaded or removed: the port is closed. */
  gone?(): void;
}

/**
 * A Port to the background that connects again after the background was stopped: new → connected ⇄ waiting;
 * paused in between; closed at last. What is posted while there is no connection is lost.
 */
export class LastingPort<Received, Sent = never> {
  readonly #name: string;
  readonly #events: LastingPortEvents<Received>;
  #state: State = { status: 'new' };
  #attempts = 0;

  constructor(name: string, events: LastingPortEvents<Received>) {
    this.#name = name;
    this.#events = events;
  }

  get status(): State['status'] {
    return this.#state.status;
  }

  connect(): void {
    const port = connectToBackground(this.#name);
    if (!port) {
      this.#gone();
      return;
    }
    this.#state = { status: 'connected', port, since: performance.now() };
    port.onMessage.addListener((message) => {
      if (this.#owns(port)) this.#events.message(message as Received);
    });
    port.onDisconnect.addListener(() => this.#disconnected(port));
    this.#events.connected?.();
  }

  /** False if there is no connection. */
  post(message: Sent): boolean {
    if (this.#state.status !== 'connected') return false;
    const { port } = this.#state;
    try {
      port.postMessage(message);
      return true;
    } catch {
      // The port is gone and onDisconnect has not fired yet (or never will, in the back/forward cache). If
      // the port exists but refused the message, it must not stay open beside the next one.
      disconnect(port);
      this.#disconnected(port);
      return false;
    }
  }

  /** Stays disconnected until `resume`. */
  pause(): void {
    if (this.#state.status === 'connected' || this.#state.status === 'waiting') this.#leave('paused');
  }

  resume(): void {
    if (this.#state.status === 'paused') this.connect();
  }

  close(): void {
    this.#leave('closed');
  }

  #leave(status: 'paused' | 'closed'): void {
    const left = this.#state;
    this.#state = { status };
    if (left.status === 'connected') disconnect(left.port);
    if (left.status === 'waiting') clearTimeout(left.timer);
  }

  #owns(port: Port): boolean {
    return this.#state.status === 'connected' && this.#state.port === port;
  }

  #disconnected(port: Port): void {
    if (this.#state.status !== 'connected' || this.#state.port !== port) return;
    if (performance.now() - this.#state.since > STEADY_MS) this.#attempts = 0;
    const ms = RETRY_MS[Math.min(this.#attempts++, RETRY_MS.length - 1)];
    this.#state = { status: 'waiting', timer: setTimeout(() => this.connect(), ms) };
    this.#events.disconnected?.();
    if (!isExtensionThere()) this.#gone();
  }

  #gone(): void {
    this.close();
    this.#events.gone?.();
  }
}

/** Whether this extension is still the one that started this script. */
export function isExtensionThere(): boolean {
  return Boolean(chrome.runtime?.id);
}

function connectToBackground(name: string): Port | undefined {
  try {
    return chrome.runtime?.connect({ name });
  } catch {
    // The extension was reloaded or removed; it injects new scripts.
    return undefined;
  }
}

function disconnect(port: Port): void {
  try {
    port.disconnect();
  } catch {
    // The port's extension is gone.
  }
}
