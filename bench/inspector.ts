import { once } from 'node:events';
import { WebSocket } from 'ws';

/** Node's inspector, from outside: what it is asked is done by the process itself. */
export class Inspector {
  readonly #socket: WebSocket;
  #last = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** `output` is what a process that was started with `--inspect` has said. */
  static async attach(output: string): Promise<Inspector> {
    const url = /ws:\/\/\S+/.exec(output)?.[0];
    if (!url) throw new Error('the process has not said where its inspector listens');
    const socket = new WebSocket(url);
    await once(socket, 'open');
    return new Inspector(socket);
  }

  /** Bytes in use once all garbage has been collected. */
  async heapBytes(): Promise<number> {
    await this.#ask('HeapProfiler.collectGarbage');
    const { usedSize } = await this.#ask('Runtime.getHeapUsage');
    return Number(usedSize);
  }

  close(): void {
    this.#socket.close();
  }

  async #ask(method: string): Promise<Record<string, unknown>> {
    const id = ++this.#last;
    this.#socket.send(JSON.stringify({ id, method }));
    for (;;) {
      const [frame] = await once(this.#socket, 'message');
      const message = JSON.parse(String(frame));
      if (message.id !== id) continue;
      if (message.error) throw new Error(`${method}: ${message.error.message}`);
      return message.result;
    }
  }
}
