import { once } from 'node:events';
import WebSocket from 'ws';
import * as z from 'zod/mini';
import { eventually } from './eventually.ts';

const Targets = z.array(z.object({ url: z.string(), webSocketDebuggerUrl: z.optional(z.string()) }));
const Answer = z.object({
  id: z.optional(z.number()),
  result: z.optional(z.object({ result: z.optional(z.object({ value: z.optional(z.unknown()) })) })),
});

/** A page driven over the bare DevTools protocol, without the side effects of a driver. */
export class DevtoolsTarget {
  readonly #socket: WebSocket;
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** Finds the open or opening page in a Chromium with this debugging port. */
  static async attach(devtoolsPort: number, url: string): Promise<DevtoolsTarget> {
    const debuggerUrl = await eventually(async () => {
      const targets = Targets.parse(await (await fetch(`http://127.0.0.1:${devtoolsPort}/json/list`)).json());
      return targets.find((target) => target.url === url)?.webSocketDebuggerUrl ?? false;
    });
    const socket = new WebSocket(debuggerUrl);
    await once(socket, 'open');
    return new DevtoolsTarget(socket);
  }

  async evaluate(expression: string): Promise<unknown> {
    return (await this.send('Runtime.evaluate', { expression, returnByValue: true })).result?.result?.value;
  }

  async send(method: string, params: object): Promise<z.infer<typeof Answer>> {
    this.#lastId += 1;
    const id = this.#lastId;
    this.#socket.send(JSON.stringify({ id, method, params }));
    for (;;) {
      const [data] = await once(this.#socket, 'message');
      const answer = Answer.parse(JSON.parse(String(data)));
      if (answer.id === id) return answer;
    }
  }

  /** Detaches from the page, which stays open. */
  detach(): void {
    this.#socket.close();
  }

  /** Lets the page close itself. */
  async close(): Promise<void> {
    const closed = once(this.#socket, 'close');
    this.#socket.send(JSON.stringify({ id: 0, method: 'Runtime.evaluate', params: { expression: 'close()' } }));
    await closed;
  }
}
