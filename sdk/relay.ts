import { decodeValue } from '../shared/decode-value.ts';
import { msgIdOf } from '../shared/envelope.ts';
import { CallError, isErrorCode } from '../shared/errors.ts';
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
  /** A caller token, where the relay wants one. */
  token?: string;
  /** Gives up connecting, with `cancelled`. */
  signal?: AbortSignal;
}

interface Request {
  msgId: string;
  text: string;
  timeoutMs?: number | undefined;
  signal?: AbortSignal | undefined;
}

// The relay keeps the clock and answers `timeout` itself. Where even that does not come, the relay is gone without a word
// (a cut cable); so long after the call's own time its connection is taken for dead.
const GRACE_MS = 5_000;

/**
 * A caller's connection to a relay; it reconnects by itself.
 *
 * What is in flight when the connection goes fails with `relay_disconnected`, and is never sent again, because it may have
 * been executed. What is asked for meanwhile waits for the next connection, for as long as it may take itself.
 */
export class Relay {
  readonly #socket: RelaySocket;
  readonly #pending = new PendingCalls<string, unknown>();
  /** Asked for while there was no connection, by msgId; not sent yet. */
  readonly #unsent = new Map<string, string>();
  readonly #watches: Watches;
  #hasConnected = false;
  /** When the last list that was asked for is there, or is not to be had. */
  #listed: Promise<void> = Promise.resolve();
  /** The one that comes after it, where somebody waits for it. */
  #next: Promise<ClientInfo[]> | undefined;
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
   * Connects, and asks the relay a first question, so that a wrong token is known here.
   *
   * @throws CallError `unauthorized`, `forbidden`, `relay_disconnected` (no relay there), `cancelled`
   */
  static async connect(url: string, { token, signal }: ConnectOptions, Socket: SocketClass): Promise<Relay> {
    checkRelayUrl(url);
    const relay = new Relay(url, token, Socket);
    relay.#socket.open();
    try {
      // No client has the empty id: the answer is short, however many there are.
      await relay.#listNow({ clientId: '' }, signal);
      return relay;
    } catch (error) {
      relay.close();
      throw error;
    }
  }

  /** A client by its clientId, whether it is connected or not. */
  client<Served extends Functions<Served> = UntypedFunctions>(clientId: string): RelayClient<Served> {
    return new RelayClient<Served>(clientId, (fn, args, options) => this.#call(clientId, fn, args, options));
  }

  /** The connections that serve clients now. */
  list({ signal }: { signal?: AbortSignal } = {}): Promise<ClientInfo[]> {
    return signal?.aborted ? Promise.reject(cancelled(signal)) : untilAborted(this.#nextList(), signal);
  }

  /**
   * What happens at the relay, for `for await`: first the clients that it has, then each that comes, goes or changes, and each
   * call that ends. After a reconnection it begins again, with a new `clients`.
   *
   * It ends with its signal, with `close()`, or when the loop is left. @throws CallError where the relay refuses it
   */
  watch({ signal }: { signal?: AbortSignal } = {}): AsyncIterableIterator<RelayEvent, undefined> {
    const stream = this.#watches.start(signal);
    const { ended } = this.#socket;
    if (ended) stream.end(ended);
    return stream;
  }

  /** Closes the connection for good; watches end, what is in flight fails with `relay_disconnected`. */
  close(): void {
    this.#socket.close();
  }

  /**
   * One after another: the relay refuses a second one while it answers the first. All who ask meanwhile share the next, so that
   * none waits for more than two; and one that nobody wants any more is still waited for, as the relay still answers it.
   */
  #nextList(): Promise<ClientInfo[]> {
    this.#next ??= this.#listed.then(() => {
      this.#next = undefined;
      const list = this.#listNow({});
      this.#listed = list.then(
        () => {},
        () => {},
      );
      return list;
    });
    return this.#next;
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
    return decodeValue(await this.#request({ msgId, text, timeoutMs, signal }));
  }

  #request({ msgId, text, timeoutMs = DEFAULT_TIMEOUT_MS, signal }: Request): Promise<unknown> {
    if (signal?.aborted) return Promise.reject(cancelled(signal));
    if (this.#socket.ended) return Promise.reject(this.#socket.ended);
    return new Promise((resolve, reject) => {
      const endTimer = setPunctualTimeout(() => this.#tookTooLong(msgId), timeoutMs + GRACE_MS);
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

  #tookTooLong(msgId: string): void {
    if (this.#unsent.delete(msgId)) {
      const why = this.#socket.absence ?? 'its host does not answer, or a firewall keeps this program from it';
      this.#pending.reject(
        msgId,
        new CallError('relay_disconnected', `timed out while disconnected from the relay: ${why}`),
      );
    } else {
      this.#socket.restart('the relay has not answered in time, not even with a timeout');
    }
  }

  #lost(error: CallError, final: boolean): void {
    if (final || !this.#hasConnected) this.#unsent.clear();
    for (const msgId of this.#pending.ids()) if (!this.#unsent.has(msgId)) this.#pending.reject(msgId, error);
    // Closed by its own program, rather than refused, it has no fault to tell.
    if (final) this.#watches.end(error.code === 'relay_disconnected' ? undefined : error);
    // A first connection that fails is for `connect` to report, not to be tried again and again unseen.
    if (!final && !this.#hasConnected) this.#socket.close();
  }

  #receive(text: string): void {
    this.#watches.heard();
    let messages: unknown[];
    try {
      ({ messages } = parseFrame(text));
    } catch {
      this.#socket.restart('the relay sent what is no message');
      return;
    }
    for (const json of messages) this.#read(json);
  }

  #read(json: unknown): void {
    // A newer relay may say more than is known here.
    if (!isToCaller(json)) return;
    this.#hasConnected = true;
    let message: ToCaller;
    try {
      message = parseToCaller(json);
    } catch (cause) {
      const error = new CallError('internal', "the relay's answer can't be read: is it much newer than this SDK?", {
        cause,
      });
      this.#pending.reject(String(msgIdOf(json)), error);
      return;
    }
    this.#take(message);
  }

  #take(message: ToCaller): void {
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
        this.#watches.take(msgId, message.data.event);
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

/** Each gets a value of its own: others may wait for the same promise. */
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
