import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { CallToClient } from '../../shared/protocol.ts';

/** Outcome of a stand-in function: a value, a failure, or no answer. */
type Reaction =
  | { kind: 'value'; value: unknown }
  | { kind: 'error'; error: { code: string; message: string; details?: unknown } }
  | { kind: 'silence' };

export type Functions = Readonly<Record<string, (args: readonly unknown[]) => Reaction>>;

/** A second-protocol client instead of a browser. */
export class StandInClient {
  readonly socket: WebSocket;
  /** Received calls, oldest first. */
  readonly asked: CallToClient['data'][] = [];
  /** Number of cancelled calls. */
  cancels = 0;
  readonly #functions: Functions;

  private constructor(socket: WebSocket, functions: Functions) {
    this.socket = socket;
    this.#functions = functions;
  }

  /** Serves the functions as `my-browser`, in one tab of https://shop.example. */
  static async connect(url: string, functions: Functions, token?: string): Promise<StandInClient> {
    const socket = new WebSocket(url, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });
    const client = new StandInClient(socket, functions);
    await once(socket, 'open');
    client.#send('init', '', {
      protocol: 2,
      clientId: 'my-browser',
      instanceId: 'stand-in',
      agent: { browser: 'Firefox', browserVersion: '153.0', extensionVersion: '0.1.0' },
      functions: Object.keys(functions).map((name) => ({ name, tabs: [{ tabId: 1, url: 'https://shop.example/' }] })),
    });
    // The first message is `ready`.
    await once(socket, 'message');
    socket.on('message', (frame) => client.#receive(JSON.parse(frame.toString())));
    return client;
  }

  // Other tests check the relay's messages by schema.
  #receive({ type, msgId, data }: { type: string; msgId: string; data: CallToClient['data'] }): void {
    if (type === 'cancel') this.cancels++;
    if (type !== 'call') return;
    this.asked.push(data);
    const reaction = this.#functions[data.fn]?.(data.args) ?? { kind: 'silence' };
    if (reaction.kind === 'value') this.#send('result', msgId, { value: reaction.value });
    if (reaction.kind === 'error') this.#send('error', msgId, reaction.error);
  }

  #send(type: string, msgId: string, data: object): void {
    this.socket.send(JSON.stringify({ type, msgId, data }));
  }
}
