import { Agent, type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';
import type { ErrorCode } from '../../shared/errors.ts';
import type { Answer, Ask, LoadCaller } from './load-caller.ts';

interface Body {
  value?: unknown;
  code: ErrorCode;
  detail: string;
}

/** A caller over HTTP. It cancels by closing its connection. */
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
      // Tests of the relay check this against its schema.
      const body = (await json(response)) as Body;
      if (response.statusCode === 200) return { ok: true, value: body.value };
      return { ok: false, code: body.code, message: body.detail };
    } catch (thrown) {
      if (signal?.aborted) return { ok: false, code: 'cancelled', message: 'hung up' };
      // The program can't know the outcome of the call.
      return { ok: false, code: 'relay_disconnected', message: String(thrown) };
    }
  }

  // Each request opens a connection.
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
