import type { ErrorCode } from '../../shared/errors.ts';
import type { Target } from '../../shared/protocol.ts';

/** Outcome of an HTTP call. */
export type HttpAnswer = { status: number; ms: number } & (
  | { ok: true; value: unknown }
  | { ok: false; code: ErrorCode; message: string; details: unknown }
);

export interface HttpCall {
  /** `http://127.0.0.1:9999` */
  relay: string;
  clientId: string;
  fn: string;
  args: unknown[];
  timeoutMs?: number | undefined;
  target?: Target | undefined;
  signal?: AbortSignal | undefined;
  /** A caller token. */
  token?: string | undefined;
}

/** Calls by one POST. */
export async function callOverHttp({
  relay,
  clientId,
  fn,
  args,
  timeoutMs,
  target,
  signal,
  token,
}: HttpCall): Promise<HttpAnswer> {
  const started = performance.now();
  const response = await fetch(
    `${relay}/api/clients/${encodeURIComponent(clientId)}/functions/${encodeURIComponent(fn)}`,
    {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...(token ? { Authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify({ args, timeoutMs, target }),
      signal: signal ?? null,
    },
  );
  const body = (await response.json()) as { value?: unknown; code?: ErrorCode; detail?: string; details?: unknown };
  const end = { status: response.status, ms: performance.now() - started };
  if (response.ok) return { ...end, ok: true, value: body.value };
  return { ...end, ok: false, code: body.code ?? 'internal', message: body.detail ?? '', details: body.details };
}
