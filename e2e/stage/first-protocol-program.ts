import { once } from 'node:events';
import WebSocket from 'ws';

/** An answer in the first protocol. */
export interface FirstAnswer {
  type: string;
  msgId: unknown;
  data: { clientId: string; msg: unknown; flag: boolean; error?: { code: string; message: string } };
}

/**
 * A program that knows the first protocol only. Intentionally uses no code of Pagewire.
 */
export class FirstProtocolProgram {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<string, (answer: FirstAnswer) => void>();
  #count = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => {
      const answer = JSON.parse(String(data)) as FirstAnswer;
      this.#waiting.get(String(answer.msgId))?.(answer);
    });
  }

  static async connect(url: string): Promise<FirstProtocolProgram> {
    const socket = new WebSocket(url);
    await once(socket, 'open');
    return new FirstProtocolProgram(socket);
  }

  async decrypt(clientId: string, msg: unknown): Promise<FirstAnswer> {
    this.#count += 1;
    const msgId = `m${this.#count}`;
    const answered = new Promise<FirstAnswer>((resolve) => this.#waiting.set(msgId, resolve));
    this.#socket.send(JSON.stringify({ type: 'decrypt', msgId, data: { clientId, msg } }));
    return await answered;
  }

  close(): void {
    this.#socket.close();
  }
}
