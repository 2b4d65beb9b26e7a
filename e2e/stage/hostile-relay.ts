import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ServedFunction } from '../../shared/protocol.ts';
import { eventually } from '../browser/eventually.ts';

/** A message of a client, without a schema. */
export interface Heard {
  type: string;
  msgId?: unknown;
  data: { value?: unknown; code?: string; message?: string; clientId?: string; functions?: ServedFunction[] };
}

const READY = {
  type: 'ready',
  data: { protocol: 2, limits: { maxFrameBytes: 1, maxBatchBytes: 1, heartbeatMs: 1, timeoutMs: 1 } },
};

/** A fake relay: accepts the client, then does what the test tells it. */
export class HostileRelay {
  readonly url: string;
  readonly #server: WebSocketServer;
  readonly #sockets: WebSocket[] = [];
  readonly #greets: 'at once' | 'when told';
  /** Messages since the last read. */
  #heard: Heard[] = [];

  private constructor(server: WebSocketServer, greets: 'at once' | 'when told') {
    this.#server = server;
    this.#greets = greets;
    // The address of a listening TCP server is an object.
    this.url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('connection', (socket) => this.#take(socket));
  }

  static async start(greets: 'at once' | 'when told' = 'at once'): Promise<HostileRelay> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'pagewire' });
    await once(server, 'listening');
    return new HostileRelay(server, greets);
  }

  /** Number of connections so far. */
  get connections(): number {
    return this.#sockets.length;
  }

  /** Waits for this many connections, and for init on the last one. */
  async connected(connections: number): Promise<void> {
    await eventually(async () => this.connections >= connections && this.#heard.some(({ type }) => type === 'init'));
    this.#heard = [];
  }

  /** The newest connection. */
  greet(): void {
    this.send(READY);
  }

  /** Waits for a matching message. */
  async hears(isIt: (heard: Heard) => boolean): Promise<void> {
    await eventually(async () => this.#heard.some(isIt));
  }

  /** Sends on the newest connection: text or bytes unchanged, other values as JSON. */
  send(frame: unknown): void {
    const isRaw = typeof frame === 'string' || Buffer.isBuffer(frame);
    this.#sockets.at(-1)?.send(isRaw ? frame : JSON.stringify(frame));
  }

  /** Calls and waits for at least one answer per call, in the order of arrival. */
  async answers(calls: { msgId: unknown }[], send: () => void = () => this.send(calls)): Promise<Heard[]> {
    send();
    const ids = new Set(calls.map(({ msgId }) => msgId));
    const answers = () => this.#heard.filter(({ msgId }) => ids.has(msgId));
    await eventually(async () => answers().length >= calls.length);
    const found = answers();
    this.#heard = this.#heard.filter(({ msgId }) => !ids.has(msgId));
    return found;
  }

  close(): void {
    for (const socket of this.#sockets) socket.terminate();
    this.#server.close();
  }

  #take(socket: WebSocket): void {
    this.#sockets.push(socket);
    socket.on('message', (frame) => this.#heard.push(...[JSON.parse(String(frame))].flat()));
    // The next connection shows that the client left within a frame.
    socket.on('error', () => {});
    if (this.#greets === 'at once') this.greet();
  }
}

let lastId = 0;

/** A call message of a relay. */
export function call(fn: unknown, args: unknown[] = [], more: object = {}) {
  return { type: 'call', msgId: `call ${++lastId}`, data: { fn, args, ...more } };
}
