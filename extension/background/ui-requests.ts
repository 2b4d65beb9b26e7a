import { DEFAULT_TIMEOUT_MS } from '../../shared/limits.ts';
import type { Outcome } from '../../shared/pending-calls.ts';
import { type ProbeReport, ProbeResult, type TryReport, UiRequest } from '../messages.ts';
import type { Bridges } from './bridges.ts';
import { type ConfiguredFunction, placeOf } from './function-catalog.ts';
import type { CallRequest, RunCall } from './run-call.ts';
import type { TabBridge } from './tab-bridge.ts';
import { waitFor } from './wait-for.ts';

/** A page that is busy for longer is not looked into. */
const PROBE_MS = 5_000;

export interface UiRequestsDeps {
  bridges: Bridges;
  runCall: RunCall;
  reconnect(): Promise<void>;
  /** Why a tab has no bridge, for people. */
  explainTab(tabId: number): Promise<string>;
}

/** Answers what popup and options page ask; undefined where it is none of their questions. */
export function createUiRequests(deps: UiRequestsDeps): (json: unknown) => Promise<unknown> | undefined {
  return (json) => {
    const { data: request } = UiRequest.safeParse(json);
    switch (request?.kind) {
      case 'probe':
        return probe(deps, request.tabId);
      case 'try': {
        const { name: fn, args, target } = request;
        return tryCall(deps.runCall, { fn, args, target });
      }
      case 'reconnect':
        return deps.reconnect().then(() => true);
      case undefined:
        return undefined;
    }
  };
}

async function probe({ bridges, explainTab }: UiRequestsDeps, tabId: number): Promise<ProbeReport> {
  const bridge = bridges.ofTab(tabId);
  if (!bridge) return { available: false, reason: await explainTab(tabId) };
  const functions = [...bridge.sites].flatMap((site) => site.functions);
  const results = await Promise.all(functions.map((fn) => probeFunction(bridge, fn)));
  const failed = results.find((outcome) => !outcome.ok);
  if (failed && !failed.ok) return { available: false, reason: failed.error.message };
  return { available: true, functions: Object.fromEntries(functions.map(({ name }, i) => [name, read(results[i])])) };
}

function probeFunction(bridge: TabBridge, fn: ConfiguredFunction): Promise<Outcome<unknown>> {
  return waitFor((settle) => bridge.run({ ...placeOf(fn), probe: true }, settle), PROBE_MS);
}

/** The value is the page's own words. */
function read(outcome: Outcome<unknown> | undefined): ProbeResult {
  const { data } = ProbeResult.safeParse(outcome?.ok ? outcome.value : undefined);
  return data ?? { found: false };
}

async function tryCall(runCall: RunCall, request: CallRequest): Promise<TryReport> {
  const startedAt = performance.now();
  const outcome = await waitFor((settle) => runCall(request, settle), DEFAULT_TIMEOUT_MS);
  const ms = performance.now() - startedAt;
  return outcome.ok ? { ms, ok: true, value: outcome.value } : { ms, ok: false, ...outcome.error.toJSON() };
}
