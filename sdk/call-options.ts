import { CallError } from '../shared/errors.ts';
import { MAX_TIMEOUT_MS, MIN_TIMEOUT_MS } from '../shared/limits.ts';
import type { Target } from '../shared/protocol.ts';

/** Options of one call. */
export interface CallOptions {
  /** Ends the call with `cancelled`. The page's function keeps running; its answer is dropped. */
  signal?: AbortSignal;
  /** How long the relay waits for the answer: 1 to 600,000 ms, by default 30,000. */
  timeoutMs?: number;
  /** Picks a tab by its id or by a prefix of its URL. */
  target?: Target;
}

const IS_OPTION: { [Key in keyof Required<CallOptions>]: (value: unknown) => boolean } = {
  signal: (value) => value instanceof AbortSignal,
  timeoutMs: (value) => typeof value === 'number',
  target: (value) => typeof value === 'object' && value !== null && hasOnly(value, ['tabId', 'url']),
};

/**
 * Splits the options off an argument list. The last argument counts as options if it is a plain object with option
 * fields only. `invoke` takes options separately, for functions whose own last argument looks like that.
 */
export function splitOptions(args: readonly unknown[]): { args: readonly unknown[]; options: CallOptions } {
  const last = args.at(-1);
  return isOptions(last) ? { args: args.slice(0, -1), options: last } : { args, options: {} };
}

/** A timer longer than 2³¹ ms would fire at once. @throws CallError `bad_request` */
export function checkTimeout(timeoutMs: unknown): void {
  if (timeoutMs === undefined) return;
  if (typeof timeoutMs === 'number' && timeoutMs >= MIN_TIMEOUT_MS && timeoutMs <= MAX_TIMEOUT_MS) return;
  throw new CallError(
    'bad_request',
    `timeoutMs must be between ${MIN_TIMEOUT_MS} and ${MAX_TIMEOUT_MS}, not ${String(timeoutMs)}`,
  );
}

function isOptions(value: unknown): value is CallOptions {
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return false;
  const entries = Object.entries(value);
  return (
    entries.length > 0 &&
    entries.every(([key, item]) => isOptionName(key) && (item === undefined || IS_OPTION[key](item)))
  );
}

function isOptionName(key: string): key is keyof CallOptions {
  return Object.hasOwn(IS_OPTION, key);
}

function hasOnly(value: object, names: readonly string[]): boolean {
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => names.includes(key));
}
