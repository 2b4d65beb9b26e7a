import { useEffect, useRef, useState } from 'preact/hooks';
import { CallError } from '../../../shared/errors.ts';
import type { RelayApi, TryRequest } from '../relay-api.ts';

/** The outcome of a trial call. */
export type Ended =
  | { readonly ok: true; readonly value: unknown; readonly ms: number }
  | { readonly ok: false; readonly error: CallError; readonly ms: number };

type Run =
  | { readonly status: 'none' }
  | { readonly status: 'running'; readonly call: AbortController }
  | { readonly status: 'ended'; readonly ended: Ended };

/** Runs one trial call at a time. Aborting its request cancels the call. */
export function useRun(api: RelayApi): { run: Run; start(request: TryRequest): void; cancel(): void } {
  const [run, setRun] = useState<Run>({ status: 'none' });
  const last = useRef<AbortController>(undefined);
  useEffect(() => () => last.current?.abort(), []);
  const start = (request: TryRequest) => {
    const call = new AbortController();
    last.current = call;
    setRun({ status: 'running', call });
    void outcomeOf(api.call(request, call.signal), call.signal).then((ended) => setRun({ status: 'ended', ended }));
  };
  return { run, start, cancel: () => last.current?.abort() };
}

async function outcomeOf(answer: Promise<unknown>, signal: AbortSignal): Promise<Ended> {
  const started = performance.now();
  try {
    const value = await answer;
    return { ok: true, value, ms: performance.now() - started };
  } catch (thrown) {
    const error = signal.aborted ? new CallError('cancelled', '') : CallError.from(thrown);
    return { ok: false, error, ms: performance.now() - started };
  }
}
