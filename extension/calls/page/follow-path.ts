import { CallError } from '../../../shared/errors.ts';
import { isPlainName } from '../../../shared/plain-name.ts';
import * as js from '../../../shared/primordials.ts';
import { textOfThrown } from './describe-error.ts';

/** A function of the page, and the object it is called on. */
export interface FoundFunction {
  readonly fn: (...args: unknown[]) => unknown;
  readonly self: unknown;
}

/**
 * Follows keys from a root, anew at each call, so that late or replaced functions are found. @throws
 * CallError `function_not_found` that says where the path stops ("shop.crypto is undefined").
 */
export function followPath(root: unknown, path: readonly string[], owner: unknown = root): FoundFunction {
  // A captured method is called on its captured object.
  let self = owner;
  let value = root;
  for (let index = 0; index < path.length; index++) {
    if (value === undefined || value === null) throw notFound(path, index, `is ${value}${hint(root, path)}`);
    self = value;
    value = readKey(value, path, index);
  }
  if (typeof value !== 'function') throw notFound(path, path.length, describeNonFunction(value) + hint(root, path));
  return { fn: value as FoundFunction['fn'], self };
}

/**
 * A script's top-level const, let or class is visible in the console, but is not a property of the global
 * object.
 */
function hint(root: unknown, path: readonly string[]): string {
  if (root !== globalThis || (path[0] as string) in globalThis) return '';
  return `: ${formatKeys(path, 1)} may be a top-level const, let or class of a script, which only a capture can reach`;
}

function readKey(object: NonNullable<unknown>, path: readonly string[], index: number): unknown {
  try {
    return (object as Record<string, unknown>)[path[index] as string];
  } catch (thrown) {
    throw notFound(path, index + 1, `can't be read: ${textOfThrown(thrown)}`);
  }
}

function describeNonFunction(value: unknown): string {
  if (value === undefined || value === null) return `is ${value}`;
  const type = typeof value;
  return `is ${type === 'object' ? 'an' : 'a'} ${type}, not a function`;
}

function notFound(path: readonly string[], length: number, what: string): CallError {
  return new CallError('function_not_found', `${formatKeys(path, length)} ${what}`);
}

/**
 * The first keys of a path as text; like formatPath of shared/path.ts, without methods that a page could
 * override.
 */
export function formatKeys(path: readonly string[], length: number): string {
  let text = '';
  for (let index = 0; index < length; index++) {
    const key = path[index] as string;
    text += isPlainName(key) ? (index === 0 ? key : `.${key}`) : `[${js.quote(key)}]`;
  }
  return text;
}
