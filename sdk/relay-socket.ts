import { CallError, CLOSE_CODE, DRAINED_REASON } from '../shared/errors.ts';
import { packFrames } from '../shared/pack-frames.ts';
import { setPunctualTimeout } from '../shared/punctual-timeout.ts';
import { RetryDelays } from '../shared/retry-delays.ts';
import { withoutSecrets } from './relay-url.ts';
import { unreachable } from './unreachable.ts';

/** What Node's `ws` and a browser's WebSocket have in common. */
export interface SocketLike {
  send(text: string): void;
  close(code?: number): void;
  addEventListener(type: 'open', listener: () => void): void;
  /** Node reports the error, a browser does not. */
  addEventListener(type: 'error', listener: (event: { error?: unknown }) => void): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: { code: number; reason: string }) => void): void;
}
export type SocketClass = new (url: string, protocols: string[]) => SocketLike;

export interface RelaySocketEvents {
  /** A new connection is open. Unanswered messages of the previous one are lost. */
  opened(): void;
  received(text: string): void;
  /** The connection closed. `final`: it will not reconnect, after `close()` or a refusal. */
  lost(error: CallError, final: boolean): void;
}

type State =
  | { status: 'connecting'; socket: SocketLike; failure?: unknown }
  | { status: 'open'; socket: SocketLike; unsent: string[]; since: number }
  | { status: 'waiting'; timer: ReturnType<typeof setTimeout>; error: CallError }
  | { status: 'closed'; error: CallError };

/** A host may accept a connection and send nothing. After this time the SDK connects again. */
const CONNECT_TIMEOUT_MS = 20_000;

type Refusal = (url: string, token: string | undefined, why: string) => CallError;

// Close codes after which a retry would fail in the same way.
const REFUSALS: Record<number, Refusal | undefined> = {
  [CLOSE_CODE.unauthorized]: (url, token) =>
    new CallError('unauthorized', `the relay at ${url} ${tokenProblem(token)}`),
  [CLOSE_CODE.forbidden]: (url, _token, why) =>
    new CallError(
      'forbidden',
      why
        ? `the relay at ${url} refused the connection: ${why}`
        : `the relay at ${url} refused the connection. Its log gives the reason. Often the host is missing from ALLOWED_HOSTS, or the relay has no tokens and so accepts its own network only`,
    ),
};

/** The close reason holds the cause: `forbidden: Host not allowed`. Older relays send the code alone. */
function refusalCause(reason: string): string {
  return /^forbidden: (.+)$/.exec(reason)?.[1] ?? '';
}

function tokenProblem(token: string | undefined): string {
  return token
    ? 'does not know this token. Check that it is a caller token of this relay and has not expired'
    : 'requires a caller token. Pass it as connect(url, { token }), or to the pagewire command as PAGEWIRE_CALLER_TOKEN';
}

/**
 * A WebSocket to the relay that reconnects: connecting → open → waiting → connecting …, and closed.
 * Messages sent in one tick are packed into as few frames as possible.
 */
export class RelaySocket {
  readonly #url: string;
  readonly #token: string | undefined;
  readonly #protocols: string[];
  readonly #Socket: SocketClass;
  readonly #events: RelaySocketEvents;
  readonly #delays = new RetryDelays();
  #state: State;
  #endConnecting = () => {};

  constructor(url: string, token: string | undefined, Socket: SocketClass, events: RelaySocketEvents) {
    this.#url = url;
    this.#token = token;
    this.#protocols = ['pagewire', ...(token ? [`bearer.${toBase64Url(token)}`] : [])];
    this.#Socket = Socket;
    this.#events = events;
    this.#state = { status: 'closed', error: new CallError('relay_disconnected', 'not connected yet') };
  }

  get isOpen(): boolean {
    return this.#state.status === 'open';
  }

  /** Why it is closed for good. Undefined while it may still connect. */
  get ended(): CallError | undefined {
    return this.#state.status === 'closed' ? this.#state.error : undefined;
  }

  /** Why there is no connection now, if known. */
  get disconnectReason(): string | undefined {
    return this.#state.status === 'waiting' ? this.#state.error.message : undefined;
  }

  open(): void {
    let socket: SocketLike;
    try {
      socket = new this.#Socket(this.#url, this.#protocols);
    } catch (thrown) {
      // A browser throws for an address that the page may not connect to.
      this.#end(unreachable(this.#url, thrown));
      return;
    }
    this.#state = { status: 'connecting', socket };
    this.#endConnecting = setPunctualTimeout(() => this.#giveUp(socket), CONNECT_TIMEOUT_MS);
    socket.addEventListener('open', () => this.#opened(socket));
    socket.addEventListener(
      'message',
      ({ data }) => this.#owns(socket) && typeof data === 'string' && this.#events.received(data),
    );
    socket.addEventListener('close', ({ code, reason }) => this.#owns(socket) && this.#lost(code, reason));
    // `close` follows without a cause, so keep the error.
    socket.addEventListener('error', ({ error }) => {
      if (this.#owns(socket) && this.#state.status === 'connecting') this.#state.failure = error;
    });
  }

  /** Queues a message. Without an open connection it is dropped. */
  send(text: string): void {
    const state = this.#state;
    if (state.status !== 'open') return;
    if (state.unsent.push(text) === 1) queueMicrotask(() => flush(state));
  }

  /** Drops the connection and makes a new one. */
  restart(reason: string): void {
    const state = this.#state;
    if (state.status !== 'open') return;
    this.#delays.ended(performance.now() - state.since);
    this.#wait(new CallError('relay_disconnected', reason), this.#delays.next());
    state.socket.close();
  }

  close(): void {
    if (this.#state.status === 'closed') return;
    this.#end(new CallError('relay_disconnected', 'this connection to the relay was closed'));
  }

  #owns(socket: SocketLike): boolean {
    return (this.#state.status === 'connecting' || this.#state.status === 'open') && this.#state.socket === socket;
  }

  #giveUp(socket: SocketLike): void {
    if (!this.#owns(socket)) return;
    this.#wait(unreachable(this.#url, { code: 'ETIMEDOUT' }), this.#delays.next());
    socket.close();
  }

  #opened(socket: SocketLike): void {
    if (!this.#owns(socket)) return;
    this.#endConnecting();
    this.#state = { status: 'open', socket, unsent: [], since: performance.now() };
    this.#events.opened();
  }

  #lost(code: number, reason: string): void {
    const state = this.#state;
    const refusal = REFUSALS[code];
    if (refusal) this.#end(refusal(withoutSecrets(this.#url), this.#token, refusalCause(reason)));
    else if (state.status === 'open') this.#broken(code, reason, state.since);
    else
      this.#wait(
        unreachable(this.#url, state.status === 'connecting' ? state.failure : undefined),
        this.#delays.next(),
      );
  }

  #broken(code: number, reason: string, since: number): void {
    this.#delays.ended(performance.now() - since);
    if (code === CLOSE_CODE.restart) {
      this.#wait(restarted(this.#url, reason), this.#delays.soon());
      return;
    }
    const why = reason || `close code ${code}`;
    this.#wait(
      new CallError('relay_disconnected', `lost the connection to the relay at ${withoutSecrets(this.#url)} (${why})`),
      this.#delays.next(),
    );
  }

  #wait(error: CallError, ms: number): void {
    this.#endConnecting();
    this.#state = { status: 'waiting', timer: setTimeout(() => this.open(), ms), error };
    this.#events.lost(error, false);
  }

  #end(error: CallError): void {
    const state = this.#state;
    this.#endConnecting();
    this.#state = { status: 'closed', error };
    if (state.status === 'waiting') clearTimeout(state.timer);
    if (state.status === 'open') flush(state);
    if (state.status === 'connecting' || state.status === 'open') state.socket.close(CLOSE_CODE.normal);
    this.#events.lost(error, true);
  }
}

/** The error for calls in flight: a drained relay never accepted them, otherwise they may have been executed. */
function restarted(url: string, reason: string): CallError {
  const relay = `the relay at ${withoutSecrets(url)}`;
  return reason === DRAINED_REASON
    ? new CallError('shutting_down', `${relay} is shutting down and did not accept the call`)
    : new CallError('relay_disconnected', `${relay} asked this program to reconnect (${reason || CLOSE_CODE.restart})`);
}

function flush({ socket, unsent }: { socket: SocketLike; unsent: string[] }): void {
  for (const frame of packFrames(unsent.splice(0))) socket.send(frame);
}

function toBase64Url(text: string): string {
  const binary = Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
