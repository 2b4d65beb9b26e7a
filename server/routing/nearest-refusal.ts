import type { CallError } from '../../shared/errors.ts';

/** Picks the more specific of two routing errors, the first on a tie. */
export function nearest(first: CallError, second: CallError): CallError {
  return nearness(second) > nearness(first) ? second : first;
}

/** A client without the tab has the function; a client that is too busy has both. A page that waits has neither. */
function nearness({ code, details }: CallError): number {
  const isWaiting = code === 'client_not_found' && details !== undefined;
  return ['waiting', 'function_not_found', 'tab_unavailable', 'overloaded'].indexOf(isWaiting ? 'waiting' : code);
}
