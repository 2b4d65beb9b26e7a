import { decodeValue } from '../../../shared/decode-value.ts';
import { CallError } from '../../../shared/errors.ts';
import { MAX_FRAME_BYTES } from '../../../shared/limits.ts';
import * as js from '../../../shared/primordials.ts';
import { serializeValue } from '../../../shared/serialize-value.ts';
import type { CaptureTask, PageTask } from '../../platform/messages.ts';
import { importLoaded, type ModuleRoot } from './bundles/es-modules.ts';
import { installHook, reportCaptures } from './captured-values.ts';
import { cut, describeCallError, describeThrown } from './describe-error.ts';
import type { FoundFunction } from './follow-path.ts';
import { followResult } from './follow-result.ts';
import { nameHostObject } from './name-host-object.ts';
import { resolvePath } from './resolve-path.ts';

/** Runs one task and answers exactly once with a PageAnswer as JSON: now, or when the promise settles. */
export function runTask(task: PageTask | CaptureTask, answer: (text: string) => void): void {
  if ('hook' in task) answer(captureAnswer(task));
  else callOrProbe(task, answer);
}

function captureAnswer({ id, hook, names }: CaptureTask): string {
  try {
    installHook(hook);
    return `{"id":${id},"value":${reportCaptures(names)}}`;
  } catch (error) {
    return `{"id":${id},"error":${describeFailure(error)}}`;
  }
}

function callOrProbe(task: PageTask, answer: (text: string) => void): void {
  const { root } = task;
  // An ES module's exports are available only asynchronously; once imported, its functions are called at
  // once like others.
  const isToCome = root?.kind === 'module' && !isFound(task);
  if (!isToCome || !isImporting(root, () => runFound(task, answer))) runFound(task, answer);
}

/** Starts imports and calls `done` after them; false if there is nothing to import. */
function isImporting(root: ModuleRoot, done: () => void): boolean {
  try {
    return importLoaded(root, done);
  } catch {
    // The loaded modules can't be listed: nothing was imported.
    return false;
  }
}

function isFound(task: PageTask): boolean {
  try {
    resolvePath(task);
    return true;
  } catch {
    // Not in the imported modules.
    return false;
  }
}

function runFound(task: PageTask, answer: (text: string) => void): void {
  if (task.probe) answer(probeAnswer(task));
  else callAndAnswer(() => resolvePath(task), task, answer);
}

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

function probeAnswer(task: PageTask): string {
  try {
    resolvePath(task);
    return `{"id":${task.id},"value":{"found":true}}`;
  } catch (error) {
    if (!(error instanceof CallError)) return `{"id":${task.id},"error":${describeFailure(error)}}`;
    return `{"id":${task.id},"value":{"found":false,"reason":${js.quote(cut(error.message))}}}`;
  }
}

function describeFailure(error: unknown): string {
  return describeCallError(CallError.from(error));
}
