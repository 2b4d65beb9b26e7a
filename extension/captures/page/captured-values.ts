import { CallError } from '../../../shared/errors.ts';
import * as js from '../../../shared/primordials.ts';
import { fingerprintOf } from '../../calls/page/bundles/fingerprint-of.ts';
import { textOfThrown } from '../../calls/page/describe-error.ts';
import type { CaptureRequest } from '../capture-report.ts';

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

/** What a capture has: one value, or why there is none that is certainly meant. */
type Finding =
  | ({ readonly kind: 'kept' } & CapturedValue)
  | { readonly kind: 'several' | 'changed' | 'empty' | 'none' }
  | { readonly kind: 'failed'; readonly failure: string };

/** @throws CallError `function_not_found` if the capture has no value, or several. */
export function capturedValue(name: string): CapturedValue {
  const found = find(name);
  if (found.kind === 'kept') return found;
  throw new CallError('function_not_found', `The capture "${name}" ${whyNot(found)}`);
}

function whyNot(found: Exclude<Finding, { kind: 'kept' }>): string {
  switch (found.kind) {
    case 'several':
      return 'matches several scripts of this page. Name one of them in its script pattern';
    case 'changed':
      return 'found another function than the one that was chosen: the site has changed. Capture it again';
    case 'failed':
      return `has no value in this page yet: ${found.failure}`;
    default:
      return 'has no value in this page yet';
  }
}

/** The fingerprints of captured functions, by the capture's name. */
const expected = { __proto__: null } as unknown as Record<string, string | undefined>;

/** Each script stores its value under a key of its own. */
function find(name: string): Finding {
  const scripts = scriptsWith(name);
  let only: (Finding & { kind: 'kept' }) | undefined;
  let isChanged = false;
  let isEmpty = false;
  let failure: string | undefined;
  for (let index = 0; index < scripts.length; index++) {
    const script = scripts[index] as string;
    const entry = kept[`#${name}${script}`];
    const pair = read(entry);
    const self = receiverOf(pair, kept[`@${name}${script}`]);
    isEmpty ||= entry !== undefined;
    failure ??= entry?.failure;
    if (!pair || pair[1] === undefined || self === null) continue;
    if (!isExpected(name, pair[1])) isChanged = true;
    else if (only) return { kind: 'several' };
    else only = { kind: 'kept', self, value: pair[1] };
  }
  if (only) return only;
  if (isChanged) return { kind: 'changed' };
  if (failure !== undefined) return { kind: 'failed', failure };
  return { kind: isEmpty ? 'empty' : 'none' };
}

/** What tells the scripts apart that have a value of this name: the rest of their keys. */
function scriptsWith(name: string): string[] {
  const scripts: string[] = [];
  const keys = js.keys(kept);
  const prefix = `#${name} `;
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as string;
    if (js.slice(key, 0, prefix.length) === prefix)
      scripts[scripts.length] = js.slice(key, prefix.length - 1, key.length);
  }
  return scripts;
}

/** The object that a function is called on: null if it needs one and none is known yet. */
function receiverOf(pair: readonly unknown[] | undefined, receiver: Kept | undefined): unknown {
  return receiver?.pair ? receiver.pair[1] : pair?.[0];
}

function isExpected(name: string, value: unknown): boolean {
  const wanted = expected[name];
  if (wanted === undefined) return true;
  const own = typeof value === 'function' ? fingerprintOf(value) : undefined;
  return own === wanted || own === '';
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
export function reportCaptures(captures: CaptureRequest['captures']): string {
  let text = '';
  for (let index = 0; index < captures.length; index++) {
    const { name, fingerprint } = captures[index] as (typeof captures)[number];
    expected[name] = fingerprint;
    const found = find(name);
    const state = found.kind === 'failed' ? `failed: ${found.failure}` : found.kind;
    text += `${text && ','}${js.quote(name)}:${js.quote(state)}`;
  }
  return `{${text}}`;
}
