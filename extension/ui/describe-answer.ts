import { type ErrorCode, isErrorCode } from '../../shared/errors.ts';
import type { TryReport } from '../messages.ts';
import type { Text } from './t.ts';

/** An answer as a person reads it: a string as it is, anything else as indented JSON, tagged values as the wire has them. */
export function formatAnswer(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

/** What kind of value it is, in JavaScript's own words, so that "1" and 1 can be told apart. */
export function typeOfAnswer(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value !== 'object') return typeof value;
  const { $type, kind } = value as { $type?: unknown; kind?: unknown }; // An object, by the check above.
  if ($type === 'bytes' && typeof kind === 'string') return kind;
  return typeof $type === 'string' ? $type : 'object';
}

const HEADLINES: Partial<Record<ErrorCode, Text>> = {
  function_threw: ['errorFunctionThrew'],
  result_not_serializable: ['errorNotSerializable'],
  function_not_found: ['errorFunctionNotFound'],
  tab_unavailable: ['errorTabUnavailable'],
  tab_closed: ['errorTabClosed'],
  page_unloaded: ['errorPageUnloaded'],
  timeout: ['errorTimeout'],
  cancelled: ['errorCancelled'],
  message_too_large: ['errorTooLarge'],
  bad_request: ['errorBadRequest'],
};

/** What went wrong, in a few words; the error's own message says the rest. */
export function headlineOf(code: string): Text {
  return (isErrorCode(code) ? HEADLINES[code] : undefined) ?? ['errorOther', { code }];
}

/** The page's stack trace, where the error brought one. */
export function stackOf(report: Extract<TryReport, { ok: false }>): string | undefined {
  const { details } = report;
  const stack = typeof details === 'object' && details !== null && 'stack' in details ? details.stack : undefined;
  return typeof stack === 'string' && stack !== '' ? stack : undefined;
}
