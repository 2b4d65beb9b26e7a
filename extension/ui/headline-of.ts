import { type ErrorCode, isErrorCode } from '../../shared/errors.ts';
import type { Text } from './t.ts';

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

/** A short headline for an error; its message has the details. */
export function headlineOf(code: string): Text {
  return (isErrorCode(code) ? HEADLINES[code] : undefined) ?? ['errorOther', { code }];
}
