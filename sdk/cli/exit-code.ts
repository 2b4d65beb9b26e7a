import type { ErrorCode } from '../../shared/errors.ts';

/** Exit codes of `pagewire`. `--help` of each command lists them. */
export const EXIT_CODE = { ok: 0, failed: 1, usage: 2, no_relay: 3, not_served: 4, no_answer: 5 } as const;
export type ExitCode = (typeof EXIT_CODE)[keyof typeof EXIT_CODE];

const OF_ERROR: Record<ErrorCode, ExitCode> = {
  function_threw: EXIT_CODE.failed,
  result_not_serializable: EXIT_CODE.failed,
  internal: EXIT_CODE.failed,
  bad_request: EXIT_CODE.usage,
  message_too_large: EXIT_CODE.usage,
  unauthorized: EXIT_CODE.no_relay,
  forbidden: EXIT_CODE.no_relay,
  relay_disconnected: EXIT_CODE.no_relay,
  shutting_down: EXIT_CODE.no_relay,
  bus_unavailable: EXIT_CODE.no_relay,
  client_not_found: EXIT_CODE.not_served,
  function_not_found: EXIT_CODE.not_served,
  client_disconnected: EXIT_CODE.not_served,
  tab_closed: EXIT_CODE.not_served,
  tab_unavailable: EXIT_CODE.not_served,
  page_unloaded: EXIT_CODE.not_served,
  timeout: EXIT_CODE.no_answer,
  cancelled: EXIT_CODE.no_answer,
  overloaded: EXIT_CODE.no_answer,
  rate_limited: EXIT_CODE.no_answer,
};

export function exitCodeOf(code: ErrorCode): ExitCode {
  return OF_ERROR[code];
}

export const EXIT_CODES_HELP = `
Exit codes:
  0  done
  1  the page's function failed (it threw, or its result can't be sent)
  2  wrong usage or arguments
  3  the relay can't be reached, or it refuses this program
  4  no such client, function, tab or page, or it went away
  5  no answer in time, cancelled, or the relay is too busy`;
