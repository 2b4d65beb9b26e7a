import { CallError } from '../../../shared/errors.ts';
import * as js from '../../../shared/primordials.ts';
import { textOfThrown } from '../../calls/page/describe-error.ts';
import type { CaptureReport } from '../capture-report.ts';

/**
 * Stores the values that rewritten scripts capture (extension/captures/plan/inserted-code.ts), for paths
 * that start at a capture.
 *
 * The hook is a function under a random name on the prototype of `window`. A page that finds it can store
 * its own values, as it can under any global that a path names; it gains nothing else.
 */

/**
 * `[self, value]` from the page, and a function that reads it again; the stand-in of rewritten scripts uses
 * the same form.
 */
type Entry = [pair: unknown, read: unknown];
type Kept = { pair?: readonly unknown[]; read?: () => unknown; failure?: string };

const kept = { __proto__: null } as unknown as Record<string, Kept | undefined>;
const globalPrototype = js.getPrototypeOf(globalThis) as object;

/** Installs the hook and takes over what a stand-in has captured. */
export function installHook(hook: string): void {
  const before = (globalThis as Record<string, unknown>)[hook];
  if (before === keep) return;
  if (typeof before === 'function') takeOver(before as () => unknown);
  // A page may have frozen the prototype of `window`; `window` itself can't be frozen.
  if (!defineAt(globalPrototype, hook)) defineAt(globalThis, hook);
}

function defineAt(holder: object, hook: string): boolean {
  try {
    js.defineProperty(holder, hook, { __proto__: null, configurable: true, value: keep } as PropertyDescriptor);
    return true;
  } catch {
    return false;
  }
}

/** Called by rewritten scripts; without a key by a newer page script, which takes over. */
function keep(key?: unknown, read?: unknown, again?: unknown): unknown {
  if (key === undefined) return handOver();
  if (typeof key !== 'string' || typeof read !== 'function') return undefined;
  try {
    remember(key, (read as () => unknown)(), again ? (read as () => unknown) : undefined);
  } catch (thrown) {
    const entry = { pair: kept[key]?.pair, failure: textOfThrown(thrown), read: again ? read : undefined };
    kept[key] = entry as Kept;
  }
  return undefined;
}

function remember(key: string, pair: unknown, read: (() => unknown) | undefined): void {
  if (!js.isArray(pair)) return;
  // A value that is undefined is read again on demand.
  kept[key] = pair[1] === undefined && read ? { pair, read } : { pair };
}

function takeOver(before: () => unknown): void {
  try {
    const entries = before() as Record<string, Entry>;
    const names = js.keys(entries);
    for (let index = 0; index < names.length; index++) {
      const key = names[index] as string;
      const entry = entries[key];
      if (js.isArray(entry))
        remember(key, entry[0] ?? [], typeof entry[1] === 'function' ? (entry[1] as never) : undefined);
    }
  } catch {
    // The page put something else there.
  }
}

function handOver(): Record<string, Entry> {
  const entries = { __proto__: null } as unknown as Record<string, Entry>;
  const names = js.keys(kept);
  for (let index = 0; index < names.length; index++) {
    const key = names[index] as string;
    entries[key] = [kept[key]?.pair, kept[key]?.read];
  }
  return entries;
}

export interface CapturedValue {
  readonly self: unknown;
  readonly value: unknown;
}

/** @throws CallError `function_not_found` if the capture has no value. */
export function capturedValue(name: string): CapturedValue {
  const entry = kept[`#${name}`];
  const pair = read(entry);
  if (pair && pair[1] !== undefined) return { self: pair[0], value: pair[1] };
  const why = entry?.failure === undefined ? '' : `: ${entry.failure}`;
  throw new CallError('function_not_found', `The capture "${name}" has no value in this page yet${why}`);
}

function read(entry: Kept | undefined): readonly unknown[] | undefined {
  if (!entry?.read) return entry?.pair;
  try {
    const pair = entry.read();
    return js.isArray(pair) ? pair : undefined;
  } catch {
    // Not readable yet.
    return entry.pair;
  }
}

/** The state of each capture, as JSON. */
export function reportCaptures(names: readonly string[]): string {
  let text = '';
  for (let index = 0; index < names.length; index++) {
    const name = names[index] as string;
    text += `${text && ','}${js.quote(name)}:${js.quote(stateOf(name))}`;
  }
  return `{${text}}`;
}

function stateOf(name: string): CaptureReport[string] {
  const entry = kept[`#${name}`];
  const pair = read(entry);
  if (pair && pair[1] !== undefined) return 'kept';
  if (entry?.failure !== undefined) return `failed: ${entry.failure}`;
  return entry ? 'empty' : 'none';
}
