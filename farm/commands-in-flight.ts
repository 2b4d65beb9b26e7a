import * as z from 'zod/mini';

export type Parameters = Record<string, unknown>;

const Params = z.record(z.string(), z.unknown());
/** Both protocols that browsers are driven by (DevTools, WebDriver BiDi) answer and tell in this form, but for errors. */
const Message = z.object({
  id: z.nullish(z.int()),
  result: z.optional(Params),
  error: z.optional(z.union([z.string(), z.object({ message: z.string() })])),
  message: z.optional(z.string()),
  method: z.optional(z.string()),
  params: z.optional(Params),
  /** Of the target that a DevTools event comes from. */
  sessionId: z.optional(z.string()),
});

type Listener = (params: Parameters, sessionId: string | undefined) => void;

interface Wait {
  method: string;
  resolve(result: Parameters): void;
  reject(error: Error): void;
}

/** Commands to a browser, each answered once, and what it tells by itself. */
export class CommandsInFlight {
  readonly #write: (text: string) => void;
  readonly #waiting = new Map<number, Wait>();
  readonly #listeners = new Map<string, Listener>();
  #lastId = 0;
  #ended: string | undefined;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /** `sessionId`: to a target of its own, in the DevTools protocol. */
  send(method: string, params: Parameters, sessionId?: string): Promise<Parameters> {
    if (this.#ended !== undefined) return Promise.reject(new Error(`${method}: ${this.#ended}`));
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { method, resolve, reject });
      this.#write(JSON.stringify({ id, method, params, sessionId }));
    });
  }

  on(method: string, listener: Listener): void {
    this.#listeners.set(method, listener);
  }

  hear(text: string): void {
    const message = Message.parse(JSON.parse(text));
    const wait = this.#waiting.get(message.id ?? 0);
    if (!wait) {
      if (message.method !== undefined) this.#listeners.get(message.method)?.(message.params ?? {}, message.sessionId);
      return;
    }
    this.#waiting.delete(message.id ?? 0);
    const { error } = message;
    if (error === undefined) wait.resolve(message.result ?? {});
    else
      wait.reject(
        new Error(`${wait.method}: ${typeof error === 'string' ? (message.message ?? error) : error.message}`),
      );
  }

  /** No answer comes any more. */
  end(why: string): void {
    this.#ended = why;
    for (const { method, reject } of this.#waiting.values()) reject(new Error(`${method}: ${why}`));
    this.#waiting.clear();
  }
}
