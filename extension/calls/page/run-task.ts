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

/** Does one task and tells its PageAnswer as JSON text, exactly once: now, or when the function's promise settles. */
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
  // What an ES module exports is only handed out later; once it has been, its functions are called at once as all others are.
  const isToCome = root?.kind === 'module' && !isFound(task);
  if (!isToCome || !isImporting(root, () => runFound(task, answer))) runFound(task, answer);
}

/** Whether modules have been asked for, after which comes `done`. */
function isImporting(root: ModuleRoot, done: () => void): boolean {
  try {
    return importLoaded(root, done);
  } catch {
    // What the page has loaded can't be found out: nothing has been asked for.
    return false;
  }
}

function isFound(task: PageTask): boolean {
  try {
    resolvePath(task);
    return true;
  } catch {
    // Not among the modules that have been asked for.
    return false;
  }
}

function runFound(task: PageTask, answer: (text: string) => void): void {
  if (task.probe) answer(probeAnswer(task));
  else callAndAnswer(() => resolvePath(task), task, answer);
}

/** Calls what is found, and tells a PageAnswer as JSON text. */
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
    // No relay lets arguments pass that exhaust a stack.
    throw new CallError('bad_request', 'the arguments are nested too deep', { cause: thrown });
  }
}

type Call = { ok: true; result: unknown } | { ok: false; thrown: unknown };

/** What the page's function throws is told apart from what goes wrong on the way to it. */
function callFunction({ fn, self }: FoundFunction, args: unknown[]): Call {
  try {
    return { ok: true, result: js.applyFunction(fn, self, args) };
  } catch (thrown) {
    return { ok: false, thrown };
  }
}

function resultAnswer(id: number, value: unknown): string {
  try {
    // The background counts its bytes; this keeps from it what no port of its would take.
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
