import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { ErrorCode } from '../../shared/errors.ts';
import type { Answer, Ask, LoadCaller } from './load-caller.ts';

/** Codec of a caller's frames, one per protocol. */
export interface Dialect {
  readonly controls: boolean;
  /** Whether the calls of one tick are sent as one array frame. */
  readonly batches: boolean;
  callMessage(msgId: string, ask: Ask): object;
  /** Undefined for other messages. */
  answerIn(message: Message): Answer | undefined;
}

export interface Message {
  type: string;
  msgId: string;
  data: { msg?: unknown; value?: unknown; flag?: boolean; error?: Failure; code?: ErrorCode; message?: string };
}
interface Failure {
  code: ErrorCode;
  message: string;
}

export const FIRST: Dialect = {
  controls: false,
  batches: false,
  callMessage: (msgId, { clientId, task }) => ({ type: 'decrypt', msgId, data: { clientId, msg: task } }),
  answerIn: ({ type, data }) => {
    if (type !== 'decrypt') return undefined;
    return data.flag ? { ok: true, value: data.msg } : failure(data.error);
  },
};

export const SECOND: Dialect = {
  controls: true,
  batches: false,
  callMessage: (msgId, { clientId, task, timeoutMs }) => ({
    type: 'call',
    msgId,
    data: { clientId, fn: 'encrypt', args: [task], timeoutMs },
  }),
  answerIn: ({ type, data }) => {
    if (type === 'result') return { ok: true, value: data.value };
    return type === 'error' ? failure(data) : undefined;
  },
};

export const SECOND_IN_BATCHES: Dialect = { ...SECOND, batches: true };

/** The outcome after a lost connection. The relay never sends it. */
const DISCONNECTED: Answer = { ok: false, code: 'relay_disconnected', message: 'the connection is gone' };

function failure(error: Partial<Failure> = {}): Answer {
  return { ok: false, code: error.code ?? 'internal', message: error.message ?? '' };
}

interface Deps {
  url: string;
  dialect: Dialect;
  /** Called for an unexpected message. */
  onStray(what: string): void;
}

/** A caller with a bare WebSocket, which numbers its calls from 1. */
export class SocketCaller implements LoadCaller {
  readonly #deps: Deps;
  readonly #waiting = new Map<string, (answer: Answer) => void>();
  #socket: WebSocket;
  #unsent: object[] = [];
  #last = 0;

  private constructor(socket: WebSocket, deps: Deps) {
    this.#deps = deps;
    this.#socket = this.#listenTo(socket);
  }

  static async connect(deps: Deps): Promise<SocketCaller> {
    return new SocketCaller(await openSocket(deps.url), deps);
  }

  get controls(): boolean {
    return this.#deps.dialect.controls;
  }

  call(ask: Ask): Promise<Answer> {
    if (this.#socket.readyState !== WebSocket.OPEN) return Promise.resolve(DISCONNECTED);
    const msgId = `${++this.#last}`;
    return new Promise((resolve) => {
      this.#waiting.set(msgId, resolve);
      this.#send(this.#deps.dialect.callMessage(msgId, ask));
      ask.signal?.addEventListener('abort', () => this.#cancel(msgId), { once: true });
    });
  }

  async reconnect(): Promise<void> {
    this.#socket.terminate();
    this.#lose(this.#socket);
    this.#socket = this.#listenTo(await openSocket(this.#deps.url));
  }

  /** Stops reading. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#socket.terminate();
  }

  #lose(socket: WebSocket): void {
    socket.removeAllListeners('message').removeAllListeners('close');
    this.#unsent = [];
    const lost = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const settle of lost) settle(DISCONNECTED);
  }

  #cancel(msgId: string): void {
    if (this.#waiting.has(msgId)) this.#send({ type: 'cancel', msgId, data: {} });
  }

  #send(message: object): void {
    if (!this.#deps.dialect.batches) this.#socket.send(JSON.stringify(message));
    else if (this.#unsent.push(message) === 1) queueMicrotask(() => this.#flush());
  }

  #flush(): void {
    if (this.#unsent.length > 0) this.#socket.send(JSON.stringify(this.#unsent));
    this.#unsent = [];
  }

  #listenTo(socket: WebSocket): WebSocket {
    socket.on('close', () => this.#lose(socket));
    socket.on('message', (data) => {
      const messages: Message[] = [JSON.parse(String(data))].flat();
      for (const message of messages) this.#take(message);
    });
    return socket;
  }

  #take(message: Message): void {
    const settle = this.#waiting.get(message.msgId);
    const answer = this.#deps.dialect.answerIn(message);
    if (!settle || !answer) {
      this.#deps.onStray(`a caller got an unexpected message: ${message.type}`);
      return;
    }
    this.#waiting.delete(message.msgId);
    settle(answer);
  }
}

export async function openSocket(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url);
  await once(socket, 'open');
  // Pending calls notice the close.
  socket.on('error', () => {});
  return socket;
}
