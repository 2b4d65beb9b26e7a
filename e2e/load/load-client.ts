import { once } from 'node:events';
import type { WebSocket } from 'ws';
import { rightValue } from './history.ts';
import type { ClientTraits, Task } from './plan.ts';
import { openSocket } from './socket-caller.ts';

interface Asked {
  type: string;
  msgId: string;
  data: Task & { args?: [Task] };
}

/** Records a client's executions. The client answers after the record is written. */
export interface Executions {
  executed(task: Task): void | Promise<void>;
  fault(what: string): void;
}

interface Deps extends ClientTraits {
  url: string;
  /** Instance id. A connection with the same id replaces the older one. */
  instanceId: string;
  history: Executions;
}

/** A client that executes tasks over one connection at a time. */
export class LoadClient {
  readonly #deps: Deps;
  #socket: WebSocket | undefined;
  #closed: Promise<number> = Promise.resolve(0);

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  get protocol(): 1 | 2 {
    return this.#deps.protocol;
  }

  /** Connects and serves. The relay closes an older connection. */
  async serve(): Promise<void> {
    const { url, protocol } = this.#deps;
    const socket = await openSocket(url);
    if (protocol === 1) this.#initFirst(socket);
    else this.#initSecond(socket);
    this.#socket = socket;
    // Pings are answered in order, so the relay has read init.
    const pong = once(socket, 'pong');
    this.#closed = new Promise((resolve) => socket.once('close', resolve));
    socket.ping();
    await Promise.race([pong, this.#closed]);
  }

  /** Resolves with the close code when disconnected. */
  get closed(): Promise<number> {
    return this.#closed;
  }

  /** Disconnects, with or without a close frame. */
  drop(how: 'terminate' | 'close'): void {
    this.#socket?.[how]();
  }

  #initFirst(socket: WebSocket): void {
    socket.on('message', (frame) => this.#execute(socket, JSON.parse(String(frame))));
    socket.send(JSON.stringify({ type: 'init', msgId: '', data: { clientId: this.#deps.clientId } }));
  }

  #initSecond(socket: WebSocket): void {
    const { clientId, instanceId } = this.#deps;
    const agent = { browser: 'load', browserVersion: '0', extensionVersion: '0' };
    const functions = [{ name: 'encrypt', tabs: [] }];
    const data = { protocol: 2, clientId, instanceId, batch: true, agent, functions };
    const asked = new Set<string>();
    // Calls may follow `ready` immediately.
    socket.on('message', (frame) => {
      const messages: Asked[] = [JSON.parse(String(frame))].flat();
      for (const message of messages) this.#takeSecond(socket, message, asked);
    });
    socket.send(JSON.stringify({ type: 'init', msgId: '', data }));
  }

  #takeSecond(socket: WebSocket, message: Asked, asked: Set<string>): void {
    const { msgId, type } = message;
    if (type === 'cancel' && !asked.has(msgId)) this.#deps.history.fault('a client got a cancel for an unknown call');
    if (type !== 'call') return;
    asked.add(msgId);
    this.#execute(socket, message);
  }

  #execute(socket: WebSocket, { msgId, data }: Asked): void {
    const task = data.args ? data.args[0] : data;
    const noted = this.#deps.history.executed(task);
    const answer = this.#answerTo(msgId, task);
    if (!answer) return;
    const send = () => socket.readyState === socket.OPEN && socket.send(JSON.stringify(answer));
    const answerInTime = () => void (task.afterMs === 0 ? send() : setTimeout(send, task.afterMs));
    if (noted) void noted.then(answerInTime);
    else answerInTime();
  }

  #answerTo(msgId: string, task: Task): object | undefined {
    const { clientId, protocol } = this.#deps;
    if (task.act === 'nothing') return undefined;
    const isFine = task.act === 'answer';
    if (protocol === 1) {
      const msg = isFine ? rightValue(task, clientId) : 'it threw';
      return { type: 'decrypt', msgId, data: { clientId, msg, flag: isFine } };
    }
    if (isFine) return { type: 'result', msgId, data: { value: rightValue(task, clientId) } };
    const code = task.act === 'throw' ? 'function_threw' : task.act;
    return { type: 'error', msgId, data: { code, message: 'as planned' } };
  }
}
