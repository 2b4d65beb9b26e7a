import { CallError, isErrorCode } from '../../shared/errors.ts';
import type { Target } from '../../shared/protocol.ts';
import { parseEvent, type RelayEvent } from '../../shared/relay-event.ts';
import { Stats } from '../../shared/stats.ts';
import { EventStreamReader } from './event-stream-reader.ts';

/** More calls per second are counted, not sent, so that an open page costs a busy relay little. */
const MAX_CALLS_PER_SECOND = 10;

/** A trial call. */
export interface TryRequest {
  readonly clientId: string;
  readonly fn: string;
  readonly args: readonly unknown[];
  readonly target: Target | undefined;
  readonly timeoutMs: number | undefined;
}

/** The HTTP API of the relay that served this page. The token goes into a header, never into a URL. */
export class RelayApi {
  readonly #headers: Readonly<Record<string, string>>;

  constructor(token: string | undefined) {
    this.#headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  }

  /** @throws CallError */
  async stats(signal: AbortSignal): Promise<Stats> {
    return Stats.parse(await (await this.#fetch('api/stats', { signal })).json());
  }

  /** Ends when the relay ends it. @throws CallError */
  async *events(signal: AbortSignal): AsyncGenerator<RelayEvent> {
    const { body } = await this.#fetch(`api/events?callsPerSecond=${MAX_CALLS_PER_SECOND}`, { signal });
    if (!body) return;
    const reader = new EventStreamReader();
    const chunks = body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await chunks.read();
      if (done) return;
      for (const { data } of reader.read(value)) {
        const event = parseEvent(JSON.parse(data));
        if (event) yield event;
      }
    }
  }

  /** The function's answer. @throws CallError */
  async call({ clientId, fn, ...body }: TryRequest, signal: AbortSignal): Promise<unknown> {
    const path = `api/clients/${encodeURIComponent(clientId)}/functions/${encodeURIComponent(fn)}`;
    const headers = { 'content-type': 'application/json' };
    const answer = await this.#fetch(path, { method: 'POST', headers, body: JSON.stringify(body), signal });
    return ((await answer.json()) as { value: unknown }).value;
  }

  async #fetch(path: string, { headers, ...init }: RequestInit): Promise<Response> {
    const request = { ...init, headers: { ...headers, ...this.#headers }, cache: 'no-store' as const };
    const answer = await fetch(new URL(path, document.baseURI), request).catch((cause: unknown) => {
      throw new CallError('relay_disconnected', "can't reach the relay", { cause });
    });
    if (answer.ok) return answer;
    throw errorOf(await answer.json().catch(() => undefined), answer.status);
  }
}

/** Reads the relay's problem document. A proxy may answer with something else. */
function errorOf(problem: unknown, status: number): CallError {
  const { code, detail, details } = (typeof problem === 'object' && problem !== null ? problem : {}) as {
    code?: unknown;
    detail?: unknown;
    details?: unknown;
  };
  if (isErrorCode(code)) return new CallError(code, typeof detail === 'string' ? detail : '', { details });
  return new CallError('relay_disconnected', `HTTP ${status}`);
}
