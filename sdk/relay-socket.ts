import { ExponentialBackoff, type IBackoff } from 'cockatiel';
import { CallError, CLOSE_CODE, DRAINED_REASON } from '../shared/errors.ts';
import { FIRST_RETRY_MS, LAST_RETRY_MS } from '../shared/limits.ts';
import { packFrames } from '../shared/pack-frames.ts';

/** What Node's `ws` and a browser's WebSocket have in common. */
export interface SocketLike {
  send(text: string): void;
  close(code?: number): void;
  addEventListener(type: 'open' | 'error', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: { code: number; reason: string }) => void): void;
}
export type SocketClass = new (url: string, protocols: string[]) => SocketLike;

export interface RelaySocketEvents {
  /** A connection is up; whatever was sent before on an older one is lost. */
  opened(): void;
  received(text: string): void;
  /** The connection is gone. `final`: it was closed for good, by `close()` or by a refusal. */
  lost(error: CallError, final: boolean): void;
}

type State =
  | { status: 'connecting'; socket: SocketLike }
  | { status: 'open'; socket: SocketLike; unsent: string[] }
  | { status: 'waiting'; timer: ReturnType<typeof setTimeout> }
  | { status: 'closed'; error: CallError };

// What trying again would not change.
const REFUSALS: Record<number, (() => CallError) | undefined> = {
  [CLOSE_CODE.unauthorized]: () =>
    new CallError('unauthorized', 'the relay wants a caller token, and this is none that it knows'),
  [CLOSE_CODE.forbidden]: () => new CallError('forbidden', 'the relay does not let this program in'),
};

const RETRIES = new ExponentialBackoff({ initialDelay: FIRST_RETRY_MS, maxDelay: LAST_RETRY_MS });

/**
 * One WebSocket to the relay, made anew when it goes away: connecting ⇄ open → waiting → connecting …, and closed.
 * Texts sent in one tick leave in as few frames as they fit in.
 */
export class RelaySocket {
  readonly #url: string;
  readonly #protocols: string[];
  readonly #Socket: SocketClass;
  readonly #events: RelaySocketEvents;
  #state: State;
  #backoff: IBackoff<unknown> | undefined;

  constructor(url: string, token: string | undefined, Socket: SocketClass, events: RelaySocketEvents) {
    this.#url = url;
    this.#protocols = ['pagewire', ...(token ? [`bearer.${toBase64Url(token)}`] : [])];
    this.#Socket = Socket;
    this.#events = events;
    this.#state = { status: 'closed', error: new CallError('relay_disconnected', 'not connected yet') };
  }

  get isOpen(): boolean {
    return this.#state.status === 'open';
  }

  /** Why this will never open again; undefined while it may. */
  get ended(): CallError | undefined {
    return this.#state.status === 'closed' ? this.#state.error : undefined;
  }

  open(): void {
    const socket = new this.#Socket(this.#url, this.#protocols);
    this.#state = { status: 'connecting', socket };
    socket.addEventListener('open', () => this.#opened(socket));
    socket.addEventListener(
      'message',
      ({ data }) => this.#owns(socket) && typeof data === 'string' && this.#events.received(data),
    );
    socket.addEventListener('close', ({ code, reason }) => this.#owns(socket) && this.#lost(code, reason));
    // A failed WebSocket reports `error` and then `close`; the close says all that there is to know.
    socket.addEventListener('error', () => {});
  }

  /** Queues one message; it is dropped where no connection is open. */
  send(text: string): void {
    const state = this.#state;
    if (state.status !== 'open') return;
    if (state.unsent.push(text) === 1) queueMicrotask(() => flush(state));
  }

  /** Takes the connection for dead: a new one is made at once. */
  restart(reason: string): void {
    if (this.#state.status !== 'open') return;
    const { socket } = this.#state;
    this.#wait(new CallError('relay_disconnected', reason), 0);
    socket.close();
  }

  close(): void {
    if (this.#state.status === 'closed') return;
    this.#end(new CallError('relay_disconnected', 'this connection to the relay was closed'));
  }

  /** A connection has proved useful: the next loss starts with a short wait again. */
  settled(): void {
    this.#backoff = undefined;
  }

  #owns(socket: SocketLike): boolean {
    return (this.#state.status === 'connecting' || this.#state.status === 'open') && this.#state.socket === socket;
  }

  #opened(socket: SocketLike): void {
    if (!this.#owns(socket)) return;
    this.#state = { status: 'open', socket, unsent: [] };
    this.#events.opened();
  }

  #lost(code: number, reason: string): void {
    const refusal = REFUSALS[code];
    if (refusal) {
      this.#end(refusal());
      return;
    }
    if (code === CLOSE_CODE.restart) {
      this.#wait(restarted(this.#url, reason), Math.random() * FIRST_RETRY_MS);
      return;
    }
    const why = reason || `close code ${code}`;
    this.#backoff = this.#backoff ? this.#backoff.next(undefined) : RETRIES.next();
    this.#wait(
      new CallError('relay_disconnected', `the connection to the relay at ${withoutQuery(this.#url)} is gone (${why})`),
      this.#backoff.duration,
    );
  }

  #wait(error: CallError, ms: number): void {
    this.#state = { status: 'waiting', timer: setTimeout(() => this.open(), ms) };
    this.#events.lost(error, false);
  }

  #end(error: CallError): void {
    const state = this.#state;
    this.#state = { status: 'closed', error };
    if (state.status === 'waiting') clearTimeout(state.timer);
    if (state.status === 'open') flush(state);
    if (state.status === 'connecting' || state.status === 'open') state.socket.close(CLOSE_CODE.normal);
    this.#events.lost(error, true);
  }
}

/** What is in flight fails with this: it may have been executed, or was never taken. */
function restarted(url: string, reason: string): CallError {
  const relay = `the relay at ${withoutQuery(url)}`;
  return reason === DRAINED_REASON
    ? new CallError('shutting_down', `${relay} handed this connection over before it took the call`)
    : new CallError('relay_disconnected', `${relay} asked to connect again (${reason || CLOSE_CODE.restart})`);
}

function flush({ socket, unsent }: { socket: SocketLike; unsent: string[] }): void {
  for (const frame of packFrames(unsent.splice(0))) socket.send(frame);
}

function toBase64Url(text: string): string {
  const binary = Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

// A token may stand in the query.
function withoutQuery(url: string): string {
  return url.split('?')[0] ?? url;
}
