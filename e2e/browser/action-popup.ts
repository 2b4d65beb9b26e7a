import { once } from 'node:events';
import WebSocket from 'ws';
import * as z from 'zod/mini';
import { eventually } from './eventually.ts';

const Targets = z.array(z.object({ url: z.string(), webSocketDebuggerUrl: z.optional(z.string()) }));
const Answer = z.object({
  id: z.optional(z.number()),
  result: z.optional(z.object({ result: z.optional(z.object({ value: z.optional(z.unknown()) })) })),
});

/**
 * The popup that opens under the extension's button, driven over the DevTools protocol as it is: to Playwright it is no page.
 */
export class ActionPopup {
  readonly #socket: WebSocket;
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** Finds the popup, which must be open or opening, in a Chromium that listens on this port. */
  static async attach(devtoolsPort: number, url: string): Promise<ActionPopup> {
    const debuggerUrl = await eventually(async () => {
      const targets = Targets.parse(await (await fetch(`http://127.0.0.1:${devtoolsPort}/json/list`)).json());
      return targets.find((target) => target.url === url)?.webSocketDebuggerUrl ?? false;
    });
    const socket = new WebSocket(debuggerUrl);
    await once(socket, 'open');
    return new ActionPopup(socket);
  }

  async text(): Promise<string> {
    return String(await this.#evaluate('document.body.innerText'));
  }

  /** Presses the button of this name with the Enter key: real input, as permissions are only asked for then. */
  async press(name: string): Promise<void> {
    await this.#eventually(
      `there is a button "${name}"`,
      `(() => {
      const button = [...document.querySelectorAll('button')].find((button) =>
        (button.getAttribute('aria-label') ?? button.innerText).trim() === ${JSON.stringify(name)});
      button?.focus();
      return document.activeElement === button;
    })()`,
    );
    const enter = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13 };
    await this.#send('Input.dispatchKeyEvent', { type: 'keyDown', text: '\r', ...enter });
    await this.#send('Input.dispatchKeyEvent', { type: 'keyUp', ...enter });
  }

  /** Types into the field of this label. */
  async fill(label: string, text: string): Promise<void> {
    await this.#eventually(
      `there is a field "${label}"`,
      `(() => {
      const label = [...document.querySelectorAll('label')].find(({ innerText }) => innerText.trim() === ${JSON.stringify(label)});
      label?.control?.focus();
      label?.control?.select?.();
      return Boolean(label?.control);
    })()`,
    );
    await this.#send('Input.insertText', { text });
  }

  async close(): Promise<void> {
    const closed = once(this.#socket, 'close');
    this.#socket.send(JSON.stringify({ id: 0, method: 'Runtime.evaluate', params: { expression: 'close()' } }));
    await closed;
  }

  async #eventually(what: string, expression: string): Promise<void> {
    await eventually(async () => (await this.#evaluate(expression)) === true).catch(async () => {
      throw new Error(`it never came true that ${what}:\n${await this.text()}`);
    });
  }

  async #evaluate(expression: string): Promise<unknown> {
    return (await this.#send('Runtime.evaluate', { expression, returnByValue: true })).result?.result?.value;
  }

  async #send(method: string, params: object): Promise<z.infer<typeof Answer>> {
    this.#lastId += 1;
    const id = this.#lastId;
    this.#socket.send(JSON.stringify({ id, method, params }));
    for (;;) {
      const [data] = await once(this.#socket, 'message');
      const answer = Answer.parse(JSON.parse(String(data)));
      if (answer.id === id) return answer;
    }
  }
}
