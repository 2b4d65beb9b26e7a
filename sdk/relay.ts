import { decodeValue } from '../shared/decode-value.ts';
import { msgIdOf } from '../shared/envelope.ts';
import { CallError, isErrorCode } from '../shared/errors.ts';
import { isTooComplex } from '../shared/json-shape.ts';
import { DEFAULT_TIMEOUT_MS, MAX_FRAME_BYTES } from '../shared/limits.ts';
import { isLargerThan } from '../shared/pack-frames.ts';
import { parseFrame } from '../shared/parse-frame.ts';
import { parseToCaller } from '../shared/parse-message.ts';
import { PendingCalls } from '../shared/pending-calls.ts';
import { type ClientInfo, isToCaller, type ToCaller } from '../shared/protocol.ts';
import { setPunctualTimeout } from '../shared/punctual-timeout.ts';
import type { RelayEvent } from '../shared/relay-event.ts';
import { type CallOptions, checkTimeout } from './call-options.ts';
import { callText, messageText } from './message-text.ts';
import { type Functions, RelayClient, type UntypedFunctions } from './relay-client.ts';
import { RelaySocket, type SocketClass } from './relay-socket.ts';
import { checkRelayUrl } from './relay-url.ts';
import { Watches } from './watches.ts';

export interface ConnectOptions {
  /** A caller token, if the relay requires one. */
  token?: string;
  /** Stops connecting, with `cancelled`. */
  signal?: AbortSignal;
}

interface Request {
  msgId: string;
  text: string;
  timeoutMs?: number | undefined;
  signal?: AbortSignal | undefined;
}

// The relay times calls out itself. If no `timeout` answer comes this long after the call's own timeout, the connection
// is dead (a cut cable, for example).
const GRACE_MS = 5_000;

/**
 * A caller's connection to a relay. It reconnects by itself.
 *
 * A call in flight when the connection is lost fails with `relay_disconnected`. It is never sent again, because it may
 * have been executed. A call made while disconnected waits for the next connection, up to its own timeout.
 */
export class Relay {
  readonly #socket: RelaySocket;
  readonly #pending = new PendingCalls<string, unknown>();
  /** Requests made while disconnected, by msgId. */
  readonly #unsent = new Map<string, string>();
  readonly #watches: Watches;
  #hasConnected = false;
  /** Settles with the running `list` request. */
  #listDone: Promise<void> = Promise.resolve();
  /** The `list` request that follows the running one. */
  #nextList: Promise<ClientInfo[]> | undefined;
  #lastId = 0;

  private constructor(url: string, token: string | undefined, Socket: SocketClass) {
    this.#socket = new RelaySocket(url, token, Socket, {
      opened: () => this.#opened(),
      received: (text) => this.#receive(text),
      lost: (error, final) => this.#lost(error, final),
    });
    this.#watches = new Watches({
      nextId: () => this.#nextId(),
      send: (message) => this.#socket.send(message),
      silent: () => this.#socket.restart('the relay is silent'),
    });
  }

  /**
   * Connects and sends a first request, so that a wrong token fails here.
   *
   * @throws CallError `unauthorized`, `forbidden`, `relay_disconnected` (can't connect), `cancelled`
   */
  static async connect(url: string, { token, signal }: ConnectOptions, Socket: SocketClass): Promise<Relay> {
    checkRelayUrl(url);
    const relay = new Relay(url, token, Socket);
    relay.#socket.open();
    try {
      // No client has the empty id, so the answer is always short.
      await relay.#listNow({ clientId: '' }, signal);
      return relay;
    } catch (error) {
      relay.close();
      throw error;
    }
  }

  /** A client by its clientId. It need not be connected. */
  client<Served extends Functions<Served> = UntypedFunctions>(clientId: string): RelayClient<Served> {
    return new RelayClient<Served>(clientId, (fn, args, options) => this.#call(clientId, fn, args, options));
  }

  /** The connected clients, one entry per connection. */
  list({ signal }: { signal?: AbortSignal } = {}): Promise<ClientInfo[]> {
    return signal?.aborted ? Promise.reject(cancelled(signal)) : untilAborted(this.#listAfterRunning(), signal);
  }

  /**
   * The relay's events, for `for await`: first `clients` with the connected clients, then one event per client that
   * connects, disconnects or changes, and per finished call. After a reconnect it starts again with `clients`.
   *
   * It ends with its signal, with `close()`, or when the loop is left. @throws CallError if the relay refuses to be watched
   */
  watch({ signal }: { signal?: AbortSignal } = {}): AsyncIterableIterator<RelayEvent, undefined> {
    const stream = this.#watches.start(signal);
    const { ended } = this.#socket;
    if (ended) stream.end(ended);
    return stream;
  }

  /** Closes the connection for good. Watches end; calls in flight fail with `relay_disconnected`. */
  close(): void {
    this.#socket.close();
  }

  /**
   * The relay refuses a second `list` while it answers the first. So callers share the request after the running one.
   * An aborted request is still awaited, because the relay still answers it.
   */
  #listAfterRunning(): Promise<ClientInfo[]> {
    this.#nextList ??= this.#listDone.then(() => {
      this.#nextList = undefined;
      const list = this.#listNow({});
      this.#listDone = list.then(
        () => {},
        () => {},
      );
      return list;
    });
    return this.#nextList;
  }

  async #listNow(data: { clientId?: string }, signal?: AbortSignal): Promise<ClientInfo[]> {
    const msgId = this.#nextId();
    // #receive has read the answer with the schema of `clients`.
    return (await this.#request({ msgId, text: messageText('list', msgId, data), signal })) as ClientInfo[];
  }

  async #call(
    clientId: string,
    fn: string,
    args: readonly unknown[],
    { signal, timeoutMs, target }: CallOptions,
  ): Promise<unknown> {
    checkTimeout(timeoutMs);
    const msgId = this.#nextId();
    const text = callText(msgId, { clientId, fn, timeoutMs, target }, args);
    if (isLargerThan(text, MAX_FRAME_BYTES))
      throw new CallError('message_too_large', `the arguments for ${fn} take more than ${MAX_FRAME_BYTES} bytes`);
    if (isTooComplex(text))
      throw new CallError(
        'message_too_large',
        `the arguments for ${fn} have too many values, objects or names in them`,
      );
    return decodeValue(await this.#request({ msgId, text, timeoutMs, signal }));
  }

  #request({ msgId, text, timeoutMs = DEFAULT_TIMEOUT_MS, signal }: Request): Promise<unknown> {
    if (signal?.aborted) return Promise.reject(cancelled(signal));
    if (this.#socket.ended) return Promise.reject(this.#socket.ended);
    return new Promise((resolve, reject) => {
      const endTimer = setPunctualTimeout(() => this.#timedOut(msgId), timeoutMs + GRACE_MS);
      const abort = () => this.#cancel(msgId, cancelled(signal));
      signal?.addEventListener('abort', abort);
      this.#pending.add(msgId, (outcome) => {
        endTimer();
        signal?.removeEventListener('abort', abort);
        if (outcome.ok) resolve(outcome.value);
        else reject(outcome.error);
      });
      if (this.#socket.isOpen) this.#socket.send(text);
      else this.#unsent.set(msgId, text);
    });
  }

  #nextId(): string {
    return `${++this.#lastId}`;
  }

  #opened(): void {
    for (const text of this.#unsent.values()) this.#socket.send(text);
    this.#unsent.clear();
    this.#watches.connected();
  }

  #cancel(msgId: string, error: CallError): void {
    if (!this.#unsent.delete(msgId)) this.#socket.send(messageText('cancel', msgId, {}));
    this.#pending.reject(msgId, error);
  }

  #timedOut(msgId: string): void {
    if (this.#unsent.delete(msgId)) {
      const why = this.#socket.disconnectReason ?? 'its host does not answer, or a firewall blocks the connection';
      this.#pending.reject(
        msgId,
        new CallError('relay_disconnected', `timed out while disconnected from the relay: ${why}`),
      );
    } else {
      this.#socket.restart('the relay did not answer in time');
    }
  }

  #lost(error: CallError, final: boolean): void {
    if (final || !this.#hasConnected) this.#unsent.clear();
    for (const msgId of this.#pending.ids()) if (!this.#unsent.has(msgId)) this.#pending.reject(msgId, error);
    // After `close()` watches end without an error; after a refusal they throw it.
    if (final) this.#watches.end(error.code === 'relay_disconnected' ? undefined : error);
    // `connect` reports a failed first connection; retrying would hide it.
    if (!final && !this.#hasConnected) this.#socket.close();
  }

  #receive(text: string): void {
    this.#watches.received();
    let messages: unknown[];
    try {
      ({ messages } = parseFrame(text));
    } catch {
      this.#socket.restart('the relay sent an invalid message');
      return;
    }
    for (const json of messages) this.#parse(json);
  }

  #parse(json: unknown): void {
    // A newer relay may send message types that this SDK does not know.
    if (!isToCaller(json)) return;
    this.#hasConnected = true;
    let message: ToCaller;
    try {
      message = parseToCaller(json);
    } catch (cause) {
      const error = new CallError('internal', "can't read the relay's answer: is the relay newer than this SDK?", {
        cause,
      });
      this.#pending.reject(String(msgIdOf(json)), error);
      return;
    }
    this.#handle(message);
  }

  #handle(message: ToCaller): void {
    const msgId = String(message.msgId);
    switch (message.type) {
      case 'result':
        this.#pending.resolve(msgId, message.data.value);
        return;
      case 'clients':
        this.#pending.resolve(msgId, message.data.clients);
        return;
      case 'error': {
        const error = errorOf(message.data);
        if (!this.#pending.reject(msgId, error)) this.#watches.fail(msgId, error);
        return;
      }
      case 'event':
        this.#watches.push(msgId, message.data.event);
        return;
      case 'heartbeat':
        return;
      default:
        message satisfies never;
    }
  }
}

function errorOf({ code, message, details }: Extract<ToCaller, { type: 'error' }>['data']): CallError {
  return new CallError(isErrorCode(code) ? code : 'internal', message, { details });
}

/** Returns a copy, because several callers may await the same promise. */
async function untilAborted<Value>(promise: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  let stop = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    const abort = () => reject(cancelled(signal));
    signal?.addEventListener('abort', abort);
    stop = () => signal?.removeEventListener('abort', abort);
  });
  return structuredClone(await Promise.race([promise, aborted]).finally(stop));
}

function cancelled(signal: AbortSignal | undefined): CallError {
  return new CallError('cancelled', 'the call was cancelled by its signal', { cause: signal?.reason });
}
