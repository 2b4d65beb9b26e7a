import type { ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { CommandsInFlight, type Parameters } from './commands-in-flight.ts';

/** The DevTools protocol with a Chromium that was started with `--remote-debugging-pipe`: JSON ended by a zero byte, on fds 3 and 4. */
export class DevtoolsPipe {
  readonly #commands = new CommandsInFlight((text) => this.#toBrowser.write(`${text}\0`));
  readonly #toBrowser: Writable;
  #unread = '';

  constructor({ stdio }: ChildProcess) {
    // What `stdio: […, 'pipe', 'pipe']` makes of them.
    const [, , , toBrowser, fromBrowser] = stdio as unknown as [unknown, unknown, unknown, Writable, Readable];
    this.#toBrowser = toBrowser;
    // A browser that has ended breaks its pipe; its exit says so.
    toBrowser.on('error', () => {});
    fromBrowser.setEncoding('utf8');
    fromBrowser.on('data', (chunk: string) => this.#read(chunk));
    fromBrowser.on('close', () => this.#commands.end('the browser went away'));
  }

  send(method: string, params: Parameters = {}, sessionId?: string): Promise<Parameters> {
    return this.#commands.send(method, params, sessionId);
  }

  on(method: string, listener: (params: Parameters, sessionId: string | undefined) => void): void {
    this.#commands.on(method, listener);
  }

  #read(chunk: string): void {
    const messages = `${this.#unread}${chunk}`.split('\0');
    this.#unread = messages.pop() ?? '';
    for (const message of messages) this.#commands.hear(message);
  }
}
