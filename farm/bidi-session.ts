import { once } from 'node:events';
import { WebSocket } from 'ws';
import { CommandsInFlight, type Parameters } from './commands-in-flight.ts';

/** Nobody can answer a dialog. `beforeunload` is accepted so that pages can navigate; others are dismissed. */
const PROMPTS = { default: 'dismiss', beforeUnload: 'accept' };

/** A WebDriver BiDi session with a Firefox. */
export class BidiSession {
  readonly #commands: CommandsInFlight;

  private constructor(socket: WebSocket) {
    this.#commands = new CommandsInFlight((text) => socket.send(text));
    socket.on('message', (data) => this.#commands.handleMessage(String(data)));
    socket.on('close', () => this.#commands.end('the browser went away'));
    // `close` follows.
    socket.on('error', () => {});
  }

  static async open(address: string): Promise<BidiSession> {
    const socket = new WebSocket(`${address}/session`);
    await once(socket, 'open');
    const session = new BidiSession(socket);
    await session.send('session.new', { capabilities: { alwaysMatch: { unhandledPromptBehavior: PROMPTS } } });
    return session;
  }

  send(method: string, params: Parameters = {}): Promise<Parameters> {
    return this.#commands.send(method, params);
  }

  on(method: string, listener: (params: Parameters) => void): void {
    this.#commands.on(method, listener);
  }
}
