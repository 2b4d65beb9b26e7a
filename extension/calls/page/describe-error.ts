import type { ErrorCode } from '../../../shared/errors.ts';
import { CallError } from '../../../shared/errors.ts';
import { hideUserinfo } from '../../../shared/hide-userinfo.ts';
import { MAX_FRAME_BYTES } from '../../../shared/limits.ts';
import * as js from '../../../shared/primordials.ts';
import { serializeValue } from '../../../shared/serialize-value.ts';
import { nameHostObject } from './name-host-object.ts';

/** Longer error texts are cut, so that the error can be sent: a page may throw megabytes. */
const MAX_TEXT_LENGTH = 100_000;

/** A CallError as the JSON of a PageAnswer's error. */
export function describeCallError({ code, message }: CallError): string {
  return errorText(code, message, undefined);
}

/** A thrown value as the JSON of a `function_threw` error; `details` is the error or the value. */
export function describeThrown(thrown: unknown): string {
  if (isError(thrown)) {
    const name = textProperty(thrown, 'name');
    const message = textProperty(thrown, 'message');
    const stack = textProperty(thrown, 'stack');
    const details = `{"name":${js.quote(name)},"message":${js.quote(message)},"stack":${js.quote(stack)}}`;
    return errorText('function_threw', message || name || 'the function threw an error', details);
  }
  const message = typeof thrown === 'string' && thrown ? thrown : `the function threw ${describeNonError(thrown)}`;
  return errorText('function_threw', message, describeValue(thrown));
}

/** The text of a thrown value, for a message. Never throws. */
export function textOfThrown(thrown: unknown): string {
  return isError(thrown) ? textProperty(thrown, 'message') : describeNonError(thrown);
}

function errorText(code: ErrorCode, message: string, details: string | undefined): string {
  return `{"code":"${code}","message":${js.quote(cut(message))}${details === undefined ? '' : `,"details":${details}`}}`;
}

export function cut(text: string): string {
  return text.length > MAX_TEXT_LENGTH ? `${js.slice(text, 0, MAX_TEXT_LENGTH)}…` : text;
}

function isError(thrown: unknown): thrown is object {
  if (typeof thrown !== 'object' || thrown === null) return false;
  try {
    const tag = js.objectTag(thrown);
    return tag === '[object Error]' || tag === '[object DOMException]' || thrown instanceof js.CapturedError;
  } catch {
    // A throwing proxy.
    return false;
  }
}

function textProperty(error: object, key: 'name' | 'message' | 'stack'): string {
  try {
    const value = (error as Record<string, unknown>)[key];
    return typeof value === 'string' ? hideUserinfo(cut(value)) : '';
  } catch {
    // The page's getter threw.
    return '';
  }
}

function describeNonError(thrown: unknown): string {
  if (typeof thrown === 'object' && thrown !== null) return 'an object';
  return typeof thrown === 'function' ? 'a function' : js.toText(thrown);
}

function describeValue(thrown: unknown): string | undefined {
  try {
    return `{"value":${serializeValue(thrown, nameHostObject, MAX_FRAME_BYTES / 2)}}`;
  } catch (error) {
    if (error instanceof CallError) return undefined;
    throw error;
  }
}
