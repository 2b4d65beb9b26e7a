import type { CallError } from '../../shared/errors.ts';

/** Of two reasons why a call is not served, the one of the client that came nearer to it; the first on a tie. */
export function nearest(first: CallError, second: CallError): CallError {
  return nearness(second) > nearness(first) ? second : first;
}

/** Who lacks a tab has the function; who is too busy has both. */
function nearness({ code }: CallError): number {
  return ['function_not_found', 'tab_unavailable', 'overloaded'].indexOf(code);
}
