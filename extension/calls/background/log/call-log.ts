import { type JsonText, jsonText } from '../../../../shared/json-text.ts';
import type { Outcome } from '../../../../shared/pending-calls.ts';
import type { CallEntry, CallOutcome, CallsReport } from '../../../platform/messages.ts';
import type { CallRequest, RunCall } from '../run-call.ts';
import { FunctionCalls } from './function-calls.ts';
import { PayloadStore } from './payload-store.ts';

/** Longer caller names are dropped: token names have at most 100 characters. */
const MAX_CALLER_LENGTH = 120;

interface CallLogDeps {
  /** Whether the user has configured this function; calls of others are not recorded. */
  isServed(name: string): boolean;
  /** Wall clock, for display. */
  now(): number;
  /** Monotonic clock, for durations. */
  clock(): number;
}

/**
 * Records calls: function, caller, duration, outcome. In memory only; arguments and answers only if the
 * user asked for them.
 */
export class CallLog {
  readonly #deps: CallLogDeps;
  readonly #since: number;
  readonly #byName = new Map<string, FunctionCalls>();
  readonly #payloads = new PayloadStore();
  #keepsPayloads = false;
  #lastId = 0;

  constructor(deps: CallLogDeps) {
    this.#deps = deps;
    this.#since = deps.now();
  }

  /** Wraps `runCall` so that its calls are recorded. */
  record(runCall: RunCall): RunCall {
    return (request, settle) => {
      if (!this.#deps.isServed(request.fn)) return runCall(request, settle);
      const end = this.#start(request);
      const drop = runCall(request, (outcome) => {
        end(outcome);
        settle(outcome);
      });
      return () => {
        end('cancelled');
        drop();
      };
    };
  }

  get report(): CallsReport {
    for (const name of this.#byName.keys()) if (!this.#deps.isServed(name)) this.#byName.delete(name);
    const functions = Object.fromEntries([...this.#byName].map(([name, calls]) => [name, calls.summary]));
    return { since: this.#since, keepsPayloads: this.#keepsPayloads, functions };
  }

  /** The newest first. */
  entriesOf(name: string): CallEntry[] {
    return this.#byName.get(name)?.entries ?? [];
  }

  keepPayloads(on: boolean): void {
    this.#keepsPayloads = on;
    if (!on) this.#payloads.clear();
  }

  clear(name: string): void {
    for (const entry of this.entriesOf(name)) this.#payloads.remove(entry);
    this.#byName.get(name)?.clear();
  }

  #start({ fn, args, caller }: CallRequest): (outcome: Outcome<JsonText> | 'cancelled') => void {
    const calls = this.#of(fn);
    const startedAt = this.#deps.clock();
    const at = this.#deps.now();
    const argsText = this.#keepsPayloads ? this.#payloads.textOf(args) : undefined;
    let isRunning = true;
    calls.started();
    return (outcome) => {
      if (!isRunning) return;
      isRunning = false;
      const ms = this.#deps.clock() - startedAt;
      const entry: CallEntry = { id: ++this.#lastId, at, ms, caller: plausible(caller), outcome: codeOf(outcome) };
      calls.ended(entry);
      if (argsText === undefined || !this.#keepsPayloads) return;
      this.#payloads.add(entry, { args: argsText, answer: this.#answerText(outcome) });
    };
  }

  #answerText(outcome: Outcome<JsonText> | 'cancelled'): string {
    if (outcome === 'cancelled') return '';
    return outcome.ok ? this.#payloads.textOf(outcome.value) : this.#payloads.textOf(jsonText(outcome.error.message));
  }

  #of(name: string): FunctionCalls {
    const known = this.#byName.get(name);
    if (known) return known;
    const calls = new FunctionCalls();
    this.#byName.set(name, calls);
    return calls;
  }
}

function codeOf(outcome: Outcome<JsonText> | 'cancelled'): CallOutcome {
  if (outcome === 'cancelled') return outcome;
  return outcome.ok ? 'ok' : outcome.error.code;
}

function plausible(caller: CallRequest['caller']): CallEntry['caller'] {
  const isPlausible = caller && caller.via.length + (caller.token?.length ?? 0) <= MAX_CALLER_LENGTH;
  return isPlausible ? caller : undefined;
}
