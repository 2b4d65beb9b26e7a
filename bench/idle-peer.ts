import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { RetryDelays } from '../shared/retry-delays.ts';

/** A zero mask leaves the payload unchanged. */
const MASK = Buffer.alloc(4);

/**
 * An idle first-protocol client on a raw socket, so that thousands of them cost little. It reconnects with the
 * extension's delays.
 */
export class IdlePeer {
  readonly #clientId: string;
  readonly #delays = new RetryDelays();
  #socket: Socket | undefined;
  #closed = false;

  constructor(clientId: string) {
    this.#clientId = clientId;
  }

  /** Resolves when connected. */
  async connect(port: number): Promise<void> {
    while (!this.#closed) {
      if (await this.#attempt(port)) return;
      await delay(this.#delays.next());
    }
  }

  /** Resolves when disconnected. */
  async gone(): Promise<void> {
    const socket = this.#socket;
    if (socket && !socket.closed) await new Promise((resolve) => socket.once('close', resolve));
  }

  close(): void {
    this.#closed = true;
    this.#socket?.destroy();
  }

  #attempt(port: number): Promise<boolean> {
    const socket = connect(port, '127.0.0.1');
    this.#socket = socket;
    socket.write(
      `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    );
    return new Promise((resolve) => {
      socket.once('data', () => {
        socket.write(this.#init());
        resolve(true);
      });
      // Later data is discarded. A close frame is answered by ending the socket.
      socket.on('data', (data) => data[0] === 0x88 && socket.end());
      socket.once('error', () => {});
      socket.once('close', () => resolve(false));
    });
  }

  #init(): Buffer {
    const text = Buffer.from(JSON.stringify({ type: 'init', msgId: '', data: { clientId: this.#clientId } }));
    return Buffer.concat([Buffer.from([0x81, 0x80 | text.length]), MASK, text]);
  }
}
