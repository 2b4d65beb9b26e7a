import type { CallError } from '../shared/errors.ts';
import { type JsonText, jsonText } from '../shared/json-text.ts';
import { DEFAULT_TIMEOUT_MS } from '../shared/limits.ts';
import type { Bridges } from './calls/background/bridges.ts';
import type { CallLog } from './calls/background/log/call-log.ts';
import { probeTab } from './calls/background/probe-tab.ts';
import type { CallRequest, RunCall } from './calls/background/run-call.ts';
import { waitFor } from './calls/background/wait-for.ts';
import type { ScriptFrame } from './captures/background/script-sources.ts';
import { type CaptureStates, type ListedScript, type TryReport, UiRequest } from './platform/messages.ts';
import type { ScriptReading } from './platform/script-charset.ts';

export interface UiRequestsDeps {
  bridges: Bridges;
  runCall: RunCall;
  callLog: CallLog;
  reconnect(): Promise<void>;
  captures: {
    states(tabId: number): Promise<CaptureStates>;
    scripts(tabId: number): Promise<readonly ListedScript[]>;
    resume(): Promise<void>;
  };
  /** Undefined if it can't be read. */
  scriptSource(frame: ScriptFrame, url: string, reading: ScriptReading): Promise<string | undefined>;
  /** Why a tab has no bridge, for people. */
  explainTab(tabId: number): Promise<string>;
  /** Why a page did not answer, for people. */
  describeFailure(error: CallError): string;
}

/** Answers requests of popup and options page; undefined for other messages. */
export function createUiRequests(deps: UiRequestsDeps): (json: unknown) => Promise<unknown> | undefined {
  return (json) => {
    const { data: request } = UiRequest.safeParse(json);
    switch (request?.kind) {
      case 'probe':
        return probeTab(deps, request.tabId);
      case 'try': {
        const { name: fn, args, target } = request;
        return tryCall(deps.runCall, { fn, args: jsonText(args), target, caller: { via: 'popup' } });
      }
      case 'reconnect':
        return deps.reconnect().then(() => true);
      case 'captures':
        return deps.captures.states(request.tabId);
      case 'scripts':
        return deps.captures.scripts(request.tabId);
      case 'script-source': {
        const { tabId, frameId, url, isModule, charset } = request;
        return deps.scriptSource({ tabId, frameId }, url, { isModule, charset }).then((text) => text ?? null);
      }
      case 'resume-captures':
        return deps.captures.resume().then(() => true);
      case 'calls':
        return Promise.resolve(deps.callLog.report);
      case 'calls-of':
        return Promise.resolve(deps.callLog.entriesOf(request.name));
      case 'clear-calls':
        deps.callLog.clear(request.name);
        return Promise.resolve(true);
      case 'keep-payloads':
        deps.callLog.keepPayloads(request.on);
        return Promise.resolve(true);
      case undefined:
        return undefined;
    }
  };
}

async function tryCall(runCall: RunCall, request: CallRequest): Promise<TryReport> {
  const startedAt = performance.now();
  const outcome = await waitFor<JsonText>((settle) => runCall(request, settle), DEFAULT_TIMEOUT_MS);
  const ms = performance.now() - startedAt;
  return outcome.ok ? { ms, ok: true, value: JSON.parse(outcome.value) } : { ms, ok: false, ...outcome.error.toJSON() };
}
