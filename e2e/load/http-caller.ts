import { Agent, type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';
import type { ErrorCode } from '../../shared/errors.ts';
import type { Answer, Ask, LoadCaller } from './load-caller.ts';

interface Body {
  value?: unknown;
  code: ErrorCode;
  detail: string;
}

/** A program that calls by HTTP, and hangs up where it has had enough. Its connections are its own, and go with it. */
export class HttpCaller implements LoadCaller {
  readonly controls = true;
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(url: string) {
    this.#url = url;
  }

  async call({ clientId, task, timeoutMs, signal }: Ask): Promise<Answer> {
    const url = `${this.#url}/api/clients/${encodeURIComponent(clientId)}/functions/encrypt`;
    try {
      const response = await this.#post(url, JSON.stringify({ args: [task], timeoutMs }), signal);
      // The relay's own schema describes it, and its tests hold it to that.
      const body = (await json(response)) as Body;
      if (response.statusCode === 200) return { ok: true, value: body.value };
      return { ok: false, code: body.code, message: body.detail };
    } catch (thrown) {
      if (signal?.aborted) return { ok: false, code: 'cancelled', message: 'hung up' };
      // As a program has to take it: nobody knows what became of the call.
      return { ok: false, code: 'relay_disconnected', message: String(thrown) };
    }
  }

  // Each request finds a connection for itself.
  async reconnect(): Promise<void> {}

  close(): void {
    this.#agent.destroy();
  }

  #post(url: string, body: string, signal: AbortSignal | undefined): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json' };
      const options = { method: 'POST', agent: this.#agent, headers, ...(signal && { signal }) };
      request(url, options, resolve).on('error', reject).end(body);
    });
  }
}
