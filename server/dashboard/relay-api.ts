import { CallError, isErrorCode } from '../../shared/errors.ts';
import type { Target } from '../../shared/protocol.ts';
import { parseEvent, type RelayEvent } from '../../shared/relay-event.ts';
import { Stats } from '../../shared/stats.ts';
import { EventStreamReader } from './event-stream-reader.ts';

/** Of calls so many are listed in a second; the others are only counted, so that a look costs a busy relay little. */
const LISTED_PER_SECOND = 10;

/** A call to try. */
export interface TryRequest {
  readonly clientId: string;
  readonly fn: string;
  readonly args: readonly unknown[];
  readonly target: Target | undefined;
  readonly timeoutMs: number | undefined;
}

/** The relay that this page came from. The token goes into a header, never into a URL. */
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
    const { body } = await this.#fetch(`api/events?callsPerSecond=${LISTED_PER_SECOND}`, { signal });
    if (!body) return;
    const reader = new EventStreamReader();
    const pieces = body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await pieces.read();
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
      throw new CallError('relay_disconnected', 'the relay can not be reached', { cause });
    });
    if (answer.ok) return answer;
    throw errorOf(await answer.json().catch(() => undefined), answer.status);
  }
}

/** A problem as the relay tells it; what stands between may answer in its own way. */
function errorOf(problem: unknown, status: number): CallError {
  const { code, detail, details } = (typeof problem === 'object' && problem !== null ? problem : {}) as {
    code?: unknown;
    detail?: unknown;
    details?: unknown;
  };
  if (isErrorCode(code)) return new CallError(code, typeof detail === 'string' ? detail : '', { details });
  return new CallError('relay_disconnected', `HTTP ${status}`);
}
