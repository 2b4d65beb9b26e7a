import type { CallError, ErrorCode } from '../../shared/errors.ts';

/** Picks the more specific of two routing errors, the first on a tie. */
export function nearest(first: CallError, second: CallError): CallError {
  return nearnessOf(second) > nearnessOf(first) ? second : first;
}

/** How near a client came: one without the tab has the function; one that is too busy has both. */
export function nearness(code: ErrorCode): number {
  return NEARNESS.indexOf(code);
}

/** A page that waits has neither. */
function nearnessOf({ code, details }: CallError): number {
  const isWaiting = code === 'client_not_found' && details !== undefined;
  return isWaiting ? -0.5 : nearness(code);
}

const NEARNESS: readonly ErrorCode[] = ['function_not_found', 'tab_unavailable', 'overloaded'];
