import type { JsonText } from '../../../shared/json-text.ts';
import type { Outcome } from '../../../shared/pending-calls.ts';

/** For tests: an outcome with its value parsed. */
export function parsed(outcome: Outcome<JsonText>): Outcome<unknown> {
  return outcome.ok ? { ok: true, value: JSON.parse(outcome.value) } : outcome;
}
