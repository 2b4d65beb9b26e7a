import type { Answer, Ask, LoadCaller } from './load-caller.ts';

/** A program that calls by HTTP, and hangs up where it has had enough. */
export class HttpCaller implements LoadCaller {
  readonly controls = true;
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async call({ clientId, task, timeoutMs, signal }: Ask): Promise<Answer> {
    try {
      const response = await fetch(`${this.#url}/api/clients/${encodeURIComponent(clientId)}/functions/encrypt`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ args: [task], timeoutMs }),
        ...(signal && { signal }),
      });
      const body = await response.json();
      return response.ok ? { ok: true, value: body.value } : { ok: false, code: body.code, message: body.detail };
    } catch (thrown) {
      if (!signal?.aborted) throw thrown;
      return { ok: false, code: 'cancelled', message: 'hung up' };
    }
  }

  // It has no connection of its own to lose.
  async reconnect(): Promise<void> {}

  close(): void {}
}
