import { hasOwn } from './primordials.ts';

/** Every error code and its HTTP status. */
export const HTTP_STATUS = {
  bad_request: 400,
  unauthorized: 401,
  forbidden: 403,
  client_not_found: 404,
  function_not_found: 404,
  message_too_large: 413,
  function_threw: 422,
  result_not_serializable: 422,
  overloaded: 429,
  rate_limited: 429,
  cancelled: 499,
  internal: 500,
  client_disconnected: 502,
  tab_closed: 502,
  tab_unavailable: 502,
  page_unloaded: 502,
  shutting_down: 503,
  bus_unavailable: 503,
  timeout: 504,
  /** Used by the SDK only: it has no connection to the relay. */
  relay_disconnected: 502,
} as const;

export type ErrorCode = keyof typeof HTTP_STATUS;

/** WebSocket close codes that Pagewire sends (RFC 6455 section 7.4; 4000–4999 are private use). */
export const CLOSE_CODE = {
  normal: 1000,
  going_away: 1001,
  message_too_large: 1009,
  /** RFC 6455 registry: service restart, reconnect elsewhere or later. */
  restart: 1012,
  /** RFC 6455 registry: try again later. Sent to a connection that reads too slowly. */
  overloaded: 1013,
  /** The same client instance opened a newer connection. */
  replaced: 4001,
  bad_request: 4400,
  unauthorized: 4401,
  forbidden: 4403,
  /** Too many connections, messages, bytes or wrong tokens from one address. */
  rate_limited: 4429,
} as const;

/** Starts the message of `forbidden` when a token of the other role was presented. */
export const CALLERS_TOKEN = "this is the caller's token";
export const CLIENTS_TOKEN = "this is the client's token";

/**
 * Close reason with `restart`: the relay has answered every call that it accepted on this connection. An unanswered call
 * was not accepted and may be sent again.
 */
export const DRAINED_REASON = 'drained';

/**
 * With `normal`, from a client that was switched off or got another clientId. It does not come back, so web pages may serve its
 * clientId from now on. Without it the relay holds the clientId: clients close with `normal` before they reconnect, too.
 */
export const RELEASED_REASON = 'released';

export function isErrorCode(text: unknown): text is ErrorCode {
  return typeof text === 'string' && Object.hasOwn(HTTP_STATUS, text);
}

export interface ErrorBody {
  code: ErrorCode;
  message: string;
  details?: unknown;
}

interface CallErrorOptions {
  cause?: unknown;
  details?: unknown;
}

// Reads own properties only, because a page may have added to Object.prototype.
function own(options: CallErrorOptions, key: keyof CallErrorOptions): unknown {
  return hasOwn(options, key) ? options[key] : undefined;
}

/** The error of a failed call: `code` is for programs, `message` for people, `details` is JSON that depends on the code. */
export class CallError extends Error {
  override readonly name = 'CallError';
  readonly code: ErrorCode;
  readonly details?: unknown;

  constructor(code: ErrorCode, message: string, options: CallErrorOptions = {}) {
    const cause = own(options, 'cause');
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    const details = own(options, 'details');
    if (details !== undefined) this.details = details;
  }

  /** The error as the wire carries it. */
  toJSON(): ErrorBody {
    const { code, message, details } = this;
    return details === undefined ? { code, message } : { code, message, details };
  }

  /** Converts anything thrown. Other errors become `internal`; their text stays in `cause` only. */
  static from(thrown: unknown): CallError {
    if (thrown instanceof CallError) return thrown;
    return new CallError('internal', 'internal error', { cause: thrown });
  }
}
