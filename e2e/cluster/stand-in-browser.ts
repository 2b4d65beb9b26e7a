import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { CLOSE_CODE } from '../../shared/errors.ts';

interface Deps {
  readonly url: string;
  readonly clientId: string;
  /** Executions per argument. */
  readonly executions: Map<string, number>;
  /** If false, calls are never answered. */
  readonly answers?: boolean;
}

/** Serves `encrypt` and reconnects like the extension: soon after a restart notice, else after a second. */
export class StandInBrowser {
  readonly #deps: Deps;
  readonly #instanceId = Math.random().toString(36);
  #socket: WebSocket | undefined;
  #state: 'serving' | 'closed' = 'serving';
  /** Close codes so far. */
  readonly closes: number[] = [];

  constructor(deps: Deps) {
    this.#deps = deps;
    void this.#serve();
  }

  close(): void {
    this.#state = 'closed';
    this.#socket?.terminate();
  }

  async #serve(): Promise<void> {
    while (this.#state === 'serving') {
      const code = await this.#once();
      this.closes.push(code);
      if (code === CLOSE_CODE.replaced) return;
      await delay(code === CLOSE_CODE.restart ? Math.random() * 1_000 : 1_000 + Math.random() * 250);
    }
  }

  /** Runs one connection. @returns its close code */
  async #once(): Promise<number> {
    const socket = new WebSocket(this.#deps.url);
    this.#socket = socket;
    socket.on('error', () => {});
    socket.on('open', () => this.#init(socket));
    socket.on('message', (frame) => {
      for (const message of [JSON.parse(String(frame))].flat()) this.#take(socket, message);
    });
    return await new Promise((resolve) => socket.once('close', resolve));
  }

  #init(socket: WebSocket): void {
    const { clientId } = this.#deps;
    const agent = { browser: 'stand-in', browserVersion: '0', extensionVersion: '0' };
    const functions = [{ name: 'encrypt', tabs: [] }];
    const data = { protocol: 2, clientId, instanceId: this.#instanceId, batch: true, agent, functions };
    socket.send(JSON.stringify({ type: 'init', msgId: '', data }));
  }

  #take(socket: WebSocket, message: { type: string; msgId: string; data: { args: [string] } }): void {
    if (message.type !== 'call') return;
    const { executions, answers = true } = this.#deps;
    const [argument] = message.data.args;
    executions.set(argument, (executions.get(argument) ?? 0) + 1);
    if (!answers) return;
    socket.send(JSON.stringify({ type: 'result', msgId: message.msgId, data: { value: `<${argument}>` } }));
  }
}
