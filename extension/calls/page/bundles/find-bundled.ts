import { CallError } from '../../../../shared/errors.ts';
import * as js from '../../../../shared/primordials.ts';
import { type FoundFunction, followPath } from '../follow-path.ts';
import { fingerprintOf } from './fingerprint-of.ts';
import { readExport, readMember } from './read-export.ts';

/** Exports of modules: of those that a path names, and of all. */
export interface Modules {
  readonly named: readonly unknown[];
  all(): readonly unknown[];
  /** The error message if no module matches. */
  readonly absence: string;
}

/**
 * Finds a bundled function: at its path if the fingerprint matches, otherwise the only function of any
 * module with that fingerprint. A new build of the site may change module ids and export names. Without a
 * fingerprint all modules that match must have the same function at the path.
 */
export function findBundled(modules: Modules, path: readonly string[], wanted: string | undefined): FoundFunction {
  let error: unknown;
  let only: FoundFunction | undefined;
  for (let index = 0; index < modules.named.length; index++) {
    let found: FoundFunction;
    try {
      found = followPath(modules.named[index], path);
    } catch (thrown) {
      error = thrown;
      continue;
    }
    const own = wanted === undefined ? '' : fingerprintOf(found.fn);
    if (wanted !== undefined && (own === wanted || own === '')) return found;
    if (only && only.fn !== found.fn && wanted === undefined) throw new CallError('function_not_found', AMBIGUOUS);
    only = found;
  }
  if (wanted !== undefined) return findByFingerprint(modules.all(), path, wanted);
  if (only) return only;
  throw error ?? new CallError('function_not_found', modules.absence);
}

function findByFingerprint(modules: readonly unknown[], path: readonly string[], wanted: string): FoundFunction {
  let only: FoundFunction | undefined;
  const look = (self: unknown, fn: unknown) => {
    if (typeof fn !== 'function' || fn === only?.fn || fingerprintOf(fn) !== wanted) return;
    if (only) throw new CallError('function_not_found', SEVERAL);
    only = { fn: fn as FoundFunction['fn'], self };
  };
  for (let index = 0; index < modules.length; index++) lookInModule(modules[index], path, look);
  if (!only) throw new CallError('function_not_found', GONE);
  return only;
}

const GONE = 'The function is gone: no module that has run contains it. Find it again in the popup';
const SEVERAL =
  'The site has changed: several functions have the source of this one. Find the function again in the popup';

const AMBIGUOUS =
  'Several modules of the page match this path and have different functions. Name one file in the path, or find the function ' +
  'again in the popup';

/** A new build may rename the first key, because bundlers name exports. The later keys are the site's own. */
function lookInModule(exports: unknown, path: readonly string[], look: (self: unknown, fn: unknown) => void): void {
  if (path.length === 0) {
    look(undefined, exports);
    return;
  }
  if (!isObject(exports)) return;
  const keys = ownKeys(exports);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index];
    if (typeof key === 'string') followFrom(exports, readExport(exports, key), path, look);
  }
}

function followFrom(
  exports: object,
  exported: unknown,
  path: readonly string[],
  look: (self: unknown, fn: unknown) => void,
): void {
  let self: unknown = exports;
  let value = exported;
  for (let index = 1; index < path.length; index++) {
    if (!isObject(value)) return;
    self = value;
    value = readMember(value, path[index] as string);
  }
  look(self, value);
}

function ownKeys(object: object): readonly (string | symbol)[] {
  try {
    return js.ownKeys(object);
  } catch {
    // A revoked or throwing proxy.
    return [];
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
