import { decodeValue } from '../../../shared/decode-value.ts';
import { CallError } from '../../../shared/errors.ts';
import { MAX_FRAME_BYTES } from '../../../shared/limits.ts';
import * as js from '../../../shared/primordials.ts';
import { serializeValue } from '../../../shared/serialize-value.ts';
import type { PageTask } from '../../platform/messages.ts';
import { describeCallError, describeThrown } from './describe-error.ts';
import type { FoundFunction } from './follow-path.ts';
import { followResult } from './follow-result.ts';
import { nameHostObject } from './name-host-object.ts';

/** Calls the function that `find` returns, and answers with a PageAnswer as JSON. */
export function callAndAnswer(
  find: () => FoundFunction,
  { id, args }: Pick<PageTask, 'id' | 'args'>,
  answer: (text: string) => void,
): void {
  const fulfilled = (value: unknown) => answer(resultAnswer(id, value));
  const failed = (error: string) => answer(`{"id":${id},"error":${error}}`);
  try {
    const call = callFunction(find(), decodeArgs(args));
    if (call.ok) followResult(call.result, { fulfilled, rejected: (reason) => failed(describeThrown(reason)) });
    else failed(describeThrown(call.thrown));
  } catch (error) {
    failed(describeFailure(error));
  }
}

function decodeArgs(args: unknown): unknown[] {
  try {
    return decodeValue(args) as unknown[];
  } catch (thrown) {
    if (thrown instanceof CallError) throw thrown;
    // Relays reject arguments that exhaust the stack.
    throw new CallError('bad_request', 'the arguments are nested too deep', { cause: thrown });
  }
}

type Call = { ok: true; result: unknown } | { ok: false; thrown: unknown };

/** Separates what the page's function throws from our own errors. */
function callFunction({ fn, self }: FoundFunction, args: unknown[]): Call {
  try {
    return { ok: true, result: js.applyFunction(fn, self, args) };
  } catch (thrown) {
    return { ok: false, thrown };
  }
}

function resultAnswer(id: number, value: unknown): string {
  try {
    // Limit by length here; the background checks the bytes.
    return `{"id":${id},"value":${serializeValue(value, nameHostObject, MAX_FRAME_BYTES)}}`;
  } catch (error) {
    return `{"id":${id},"error":${describeFailure(error)}}`;
  }
}

export function describeFailure(error: unknown): string {
  return describeCallError(CallError.from(error));
}
