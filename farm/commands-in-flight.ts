import * as z from 'zod/mini';

export type Parameters = Record<string, unknown>;

const Params = z.record(z.string(), z.unknown());
/** Answers and events of DevTools and WebDriver BiDi. They differ in errors only. */
const Message = z.object({
  id: z.nullish(z.int()),
  result: z.optional(Params),
  error: z.optional(z.union([z.string(), z.object({ message: z.string() })])),
  message: z.optional(z.string()),
  method: z.optional(z.string()),
  params: z.optional(Params),
  /** The target of a DevTools event. */
  sessionId: z.optional(z.string()),
});

type Listener = (params: Parameters, sessionId: string | undefined) => void;

interface Command {
  method: string;
  resolve(result: Parameters): void;
  reject(error: Error): void;
}

/** Sends commands to a browser, matches answers to them, and dispatches events. */
export class CommandsInFlight {
  readonly #write: (text: string) => void;
  readonly #unanswered = new Map<number, Command>();
  readonly #listeners = new Map<string, Listener>();
  #lastId = 0;
  #ended: string | undefined;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /** `sessionId` addresses a target in the DevTools protocol. */
  send(method: string, params: Parameters, sessionId?: string): Promise<Parameters> {
    if (this.#ended !== undefined) return Promise.reject(new Error(`${method}: ${this.#ended}`));
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#unanswered.set(id, { method, resolve, reject });
      this.#write(JSON.stringify({ id, method, params, sessionId }));
    });
  }

  on(method: string, listener: Listener): void {
    this.#listeners.set(method, listener);
  }

  handleMessage(text: string): void {
    const message = Message.parse(JSON.parse(text));
    const command = this.#unanswered.get(message.id ?? 0);
    if (!command) {
      if (message.method !== undefined) this.#listeners.get(message.method)?.(message.params ?? {}, message.sessionId);
      return;
    }
    this.#unanswered.delete(message.id ?? 0);
    const { error } = message;
    if (error === undefined) command.resolve(message.result ?? {});
    else
      command.reject(
        new Error(`${command.method}: ${typeof error === 'string' ? (message.message ?? error) : error.message}`),
      );
  }

  /** Rejects all unanswered and later commands. */
  end(why: string): void {
    this.#ended = why;
    for (const { method, reject } of this.#unanswered.values()) reject(new Error(`${method}: ${why}`));
    this.#unanswered.clear();
  }
}
