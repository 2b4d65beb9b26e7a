import { type ErrorCode, isErrorCode } from '../../shared/errors.ts';
import type { Text } from './t.ts';

const ADVICE: Partial<Record<ErrorCode, Text>> = {
  function_threw: ['adviceFunctionThrew'],
  result_not_serializable: ['adviceNotSerializable'],
  function_not_found: ['adviceFunctionNotFound'],
  tab_unavailable: ['adviceTabUnavailable'],
  tab_closed: ['adviceTabUnavailable'],
  timeout: ['adviceTimeout'],
  message_too_large: ['adviceTooLarge'],
};

/** What the user can do about a call that failed. */
export function adviceOf(code: string): Text {
  return (isErrorCode(code) ? ADVICE[code] : undefined) ?? ['adviceAgain'];
}
