import type { ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { CommandsInFlight, type Parameters } from './commands-in-flight.ts';

/** The DevTools protocol over `--remote-debugging-pipe`: zero-terminated JSON on fds 3 and 4. */
export class DevtoolsPipe {
  readonly #commands = new CommandsInFlight((text) => this.#toBrowser.write(`${text}\0`));
  readonly #toBrowser: Writable;
  #unread = '';

  constructor({ stdio }: ChildProcess) {
    // The two extra 'pipe' entries of `stdio` are a writable and a readable stream.
    const [, , , toBrowser, fromBrowser] = stdio as unknown as [unknown, unknown, unknown, Writable, Readable];
    this.#toBrowser = toBrowser;
    // The pipe breaks when the browser exits, which is reported by its exit event.
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
    for (const message of messages) this.#commands.handleMessage(message);
  }
}
