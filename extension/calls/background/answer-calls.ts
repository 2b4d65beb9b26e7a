import type { CallError } from '../../../shared/errors.ts';
import { type JsonText, jsonText } from '../../../shared/json-text.ts';
import { DEFAULT_TIMEOUT_MS } from '../../../shared/limits.ts';
import type { TryReport } from '../../platform/messages.ts';
import { type AnswerRequest, answerRequests } from '../../platform/requests.ts';
import { callRequests } from '../call-requests.ts';
import type { Bridges } from './bridges.ts';
import type { CallLog } from './log/call-log.ts';
import { probeTab } from './probe-tab.ts';
import type { CallRequest, RunCall } from './run-call.ts';
import { waitFor } from './wait-for.ts';

export interface AnswerCallsDeps {
  bridges: Bridges;
  runCall: RunCall;
  callLog: CallLog;
  reconnect(): Promise<void>;
  /** Why a tab has no bridge, for people. */
  explainTab(tabId: number): Promise<string>;
  /** Why a page did not answer, for people. */
  describeFailure(error: CallError): string;
}

/** Answers what popup and options page ask about calls. */
export function answerCalls(deps: AnswerCallsDeps): AnswerRequest {
  const { runCall, callLog, reconnect } = deps;
  return answerRequests(callRequests, {
    probe: ({ tabId }) => probeTab(deps, tabId),
    try: ({ name: fn, args, target }) =>
      tryCall(runCall, { fn, args: jsonText(args), target, caller: { via: 'popup' } }),
    reconnect: () => reconnect().then(() => true),
    calls: () => callLog.report,
    'calls-of': ({ name }) => callLog.entriesOf(name),
    'clear-calls'({ name }) {
      callLog.clear(name);
      return true;
    },
    'keep-payloads'({ on }) {
      callLog.keepPayloads(on);
      return true;
    },
  });
}

async function tryCall(runCall: RunCall, request: CallRequest): Promise<TryReport> {
  const startedAt = performance.now();
  const outcome = await waitFor<JsonText>((settle) => runCall(request, settle), DEFAULT_TIMEOUT_MS);
  const ms = performance.now() - startedAt;
  return outcome.ok ? { ms, ok: true, value: JSON.parse(outcome.value) } : { ms, ok: false, ...outcome.error.toJSON() };
}
