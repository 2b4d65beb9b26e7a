import { once } from 'node:events';
import { WebSocket } from 'ws';

/** Node's inspector of another process. */
export class Inspector {
  readonly #socket: WebSocket;
  #last = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** `output` is the output of a process started with `--inspect`. */
  static async attach(output: string): Promise<Inspector> {
    const url = /ws:\/\/\S+/.exec(output)?.[0];
    if (!url) throw new Error('the process has not printed its inspector URL');
    const socket = new WebSocket(url);
    await once(socket, 'open');
    return new Inspector(socket);
  }

  /** Used heap after a garbage collection. */
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
