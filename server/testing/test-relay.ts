import { once } from 'node:events';
import { pino } from 'pino';
import { type ClientOptions, WebSocket } from 'ws';
import type { Bus } from '../cluster/bus/bus.ts';
import { type Config, readConfig } from '../config/config.ts';
import { startRelay } from '../main.ts';
import type { Log } from '../observability/log.ts';

/** A relay for tests: on a free port of this machine, with real sockets. One without a log of its own must log no error. */
export interface TestRelay {
  readonly port: number;
  readonly url: string;
  /** Connects; the frames that come are kept until they are asked for. */
  connect(options?: PeerOptions): Promise<Peer>;
  /** Stops as its operator would stop it; `close` drops all peers first. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

interface PeerOptions extends ClientOptions {
  path?: string;
  protocols?: string[];
}

export async function startTestRelay(
  env: Record<string, string> = {},
  overrides: Partial<Config> = {},
  log?: Log,
  bus?: Bus,
): Promise<TestRelay> {
  const errors: string[] = [];
  const ownLog = pino({ level: 'error' }, { write: (line) => void errors.push(line) });
  const config = { ...readConfig({ PORT: '0', ...env }), ...overrides };
  const relay = await startRelay(config, log ?? ownLog, { bus });
  const port = Number(new URL(relay.url).port);
  const peers: Peer[] = [];
  return {
    port,
    url: relay.url,
    connect: async ({ path = '/', protocols = [], ...options } = {}) => {
      const peer = new Peer(new WebSocket(`${relay.url.replace('http', 'ws')}${path}`, protocols, options));
      peers.push(peer);
      await once(peer.socket, 'open');
      return peer;
    },
    stop: () => relay.close(),
    close: async () => {
      for (const { socket } of peers) socket.terminate();
      await relay.close();
      if (errors.length > 0) throw new Error(`the relay logged what nobody had thought of:\n${errors.join('')}`);
    },
  };
}

/** The other end of a connection, as a test drives it. */
export class Peer {
  readonly socket: WebSocket;
  /** How the connection was closed; pending until it is. */
  readonly closed: Promise<{ code: number; reason: string }>;
  /** Frames that nobody has asked for yet. */
  readonly frames: string[] = [];
  #takers: ((frame: string) => void)[] = [];

  constructor(socket: WebSocket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    socket.on('message', (data) => {
      const taker = this.#takers.shift();
      if (taker) taker(data.toString());
      else this.frames.push(data.toString());
    });
    // A connection that fails is seen by its close.
    socket.on('error', () => {});
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** The next frame, as text. */
  frame(): Promise<string> {
    const waiting = this.frames.shift();
    return waiting === undefined ? new Promise((resolve) => this.#takers.push(resolve)) : Promise.resolve(waiting);
  }

  /** The next frame, parsed. */
  async next(): Promise<Message> {
    return JSON.parse(await this.frame());
  }

  /** Waits until the relay has read everything that was sent: it answers pings in order. */
  async settled(): Promise<void> {
    const pong = once(this.socket, 'pong');
    this.socket.ping();
    await pong;
  }

  /** Sends an `init` of the first protocol and waits until it counts. */
  async serve(clientId: string): Promise<this> {
    this.send({ type: 'init', msgId: '', data: { clientId } });
    await this.settled();
    return this;
  }

  /** Sends an `init` of the second protocol; resolves with the relay's `ready`. */
  serveSecond(data: object = {}): Promise<Message> {
    const agent = { browser: 'test', browserVersion: '1', extensionVersion: '1' };
    const functions = [{ name: 'encrypt', tabs: [] }];
    this.send({
      type: 'init',
      msgId: 'i',
      data: { protocol: 2, clientId: 'shop', instanceId: 'one', agent, functions, ...data },
    });
    return this.next();
  }

  /** Answers each call of the first protocol from now on. */
  echo(answer: (msg: unknown) => unknown = (msg) => msg): this {
    this.socket.removeAllListeners('message');
    this.socket.on('message', (frame) => {
      const { msgId, data } = JSON.parse(frame.toString());
      this.send({ type: 'decrypt', msgId, data: { clientId: '', msg: answer(data), flag: true } });
    });
    return this;
  }

  /** Makes a call of the first protocol and waits for its answer. */
  async decrypt(clientId: string, msg: unknown, msgId: unknown = 'm'): Promise<Message> {
    this.send({ type: 'decrypt', msgId, data: { clientId, msg } });
    return this.next();
  }

  /** Makes a call of the second protocol and waits for its answer. */
  async call(clientId: string, fn: string, args: unknown[], more: object = {}): Promise<Message> {
    this.send({ type: 'call', msgId: 'm', data: { clientId, fn, args, ...more } });
    return this.next();
  }
}

/** A parsed frame; tests look into it without a schema. */
export interface Message {
  type: string;
  msgId: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects is its own to know.
  data: any;
}
