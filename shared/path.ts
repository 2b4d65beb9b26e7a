import { CallError } from './errors.ts';
import { formatPathKeys, type PathKeys, parsePathKeys } from './path-keys.ts';

/**
 * Where a path starts.
 *
 * `window` is the page's global object, as in `shop.cart.add`. The others have a prefix, and `#` before the keys:
 * - `webpack:<chunk global>/<module id>#<export>`: a module of a webpack or rspack bundle
 * - `module:<URL pattern>#<export>`: an ES module that the page has loaded (`*` matches any text)
 * - `capture:<name>`: the value of a capture of this site, optionally with `#` and keys
 */
export type PathRoot =
  | { readonly kind: 'window' }
  | { readonly kind: 'webpack'; readonly chunkGlobal: string; readonly module: string }
  | { readonly kind: 'module'; readonly url: string }
  | { readonly kind: 'capture'; readonly name: string };

/** A root other than the page's global object. */
export type NamedRoot = Exclude<PathRoot, { kind: 'window' }>;

/** The location of a function: a root and keys from there. Nothing is evaluated. */
export interface Path {
  readonly root: PathRoot;
  readonly keys: PathKeys;
}

const ROOTED = /^\s*(webpack|module|capture):/;

/** @throws CallError `bad_request` with the position of the fault, also in `details.at` (from 1) */
export function parsePath(text: string): Path {
  const kind = ROOTED.exec(text)?.[1];
  if (kind === undefined) return { root: { kind: 'window' }, keys: parsePathKeys(text) };
  const trimmed = text.trim();
  // URL patterns, encoded module ids and capture names contain no `#`.
  const hash = trimmed.indexOf('#');
  const end = hash < 0 ? trimmed.length : hash;
  const root = parseRoot(kind, trimmed.slice(kind.length + 1, end));
  return { root, keys: hash < 0 ? [] : parseKeysAfter(trimmed, hash + 1) };
}

/** Formats a path for `parsePath`. */
export function formatPath({ root, keys }: Path): string {
  const text = keys.length > 0 ? formatPathKeys(keys) : '';
  return root.kind === 'window' ? text : `${formatRoot(root)}${text && `#${text}`}`;
}

function formatRoot(root: NamedRoot): string {
  switch (root.kind) {
    case 'webpack':
      return `webpack:${encode(root.chunkGlobal, '/')}/${encode(root.module)}`;
    case 'module':
      return `module:${root.url}`;
    case 'capture':
      return `capture:${root.name}`;
  }
}

function parseRoot(kind: string, text: string): PathRoot {
  switch (kind) {
    case 'webpack':
      return parseWebpackRoot(text);
    case 'module':
      if (text === '') throw missing(kind, 'the URL of a script, such as module:/assets/index-*.js#sign');
      return { kind, url: text };
    default:
      if (text === '') throw missing(kind, 'the name of a capture, such as capture:sign');
      return { kind: 'capture', name: text };
  }
}

function parseWebpackRoot(text: string): PathRoot {
  const slash = text.indexOf('/');
  const [chunkGlobal, module] = [decode(text.slice(0, slash)), decode(text.slice(slash + 1))];
  if (slash < 0 || chunkGlobal === '' || module === '')
    throw missing('webpack', 'a chunk global and a module id, such as webpack:webpackChunkshop/417#sign');
  return { kind: 'webpack', chunkGlobal, module };
}

function parseKeysAfter(text: string, start: number): PathKeys {
  if (text.slice(start).trim() === '') return [];
  try {
    return parsePathKeys(text.slice(start));
  } catch (error) {
    // Its position is counted from `#`.
    const { at } = (error as CallError).details as { at: number };
    throw new CallError('bad_request', (error as CallError).message, { details: { at: at + start } });
  }
}

function missing(kind: string, what: string): CallError {
  return new CallError('bad_request', `After "${kind}:" write ${what}`, { details: { at: kind.length + 2 } });
}

/** Encodes `#`, which ends a root, and `%`. Module ids of development builds are file names with any characters. */
function encode(text: string, more = ''): string {
  return text.replace(/[%#/\s]/g, (char) => (char === '/' && more === '' ? char : encodeURIComponent(char)));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray `%` stays as written.
    return text;
  }
}
