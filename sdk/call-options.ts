import { CallError } from '../shared/errors.ts';
import { MAX_TIMEOUT_MS, MIN_TIMEOUT_MS } from '../shared/limits.ts';
import type { Target } from '../shared/protocol.ts';

/** What a call may be given beside its arguments. */
export interface CallOptions {
  /** Ends the call with `cancelled`; what the page's function is doing goes on, its answer is dropped. */
  signal?: AbortSignal;
  /** How long the relay waits for the answer: 1 to 600,000 ms; 30,000 where absent. */
  timeoutMs?: number;
  /** Picks a tab: its id, or a prefix of its url. */
  target?: Target;
}

const IS_OPTION: { [Key in keyof Required<CallOptions>]: (value: unknown) => boolean } = {
  signal: (value) => value instanceof AbortSignal,
  timeoutMs: (value) => typeof value === 'number',
  target: (value) => typeof value === 'object' && value !== null && hasOnly(value, ['tabId', 'url']),
};

/**
 * Takes the options off the end of an argument list. A last argument counts as options where it is a plain object that
 * has nothing but options in it; `invoke` takes them separately, for a function whose own argument looks like that.
 */
export function splitOptions(args: readonly unknown[]): { args: readonly unknown[]; options: CallOptions } {
  const last = args.at(-1);
  return isOptions(last) ? { args: args.slice(0, -1), options: last } : { args, options: {} };
}

/** A timer takes no more than 2³¹ ms: it would fire at once. @throws CallError `bad_request` */
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
