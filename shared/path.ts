import { CallError } from './errors.ts';
import { formatPathKeys, type PathKeys, parsePathKeys } from './path-keys.ts';

/**
 * Where a path starts.
 *
 * `window`: the page's global object, as in `shop.cart.add`. The others are written with a prefix, and `#` before the keys:
 * `webpack:<chunk global>/<module id>#<export>`, a module of a webpack or rspack bundle ·
 * `module:<URL pattern>#<export>`, an ES module that the page has loaded (`*` stands for any text) ·
 * `capture:<name>`, what a capture of this site keeps, perhaps with `#` and keys from there.
 */
export type PathRoot =
  | { readonly kind: 'window' }
  | { readonly kind: 'webpack'; readonly chunkGlobal: string; readonly module: string }
  | { readonly kind: 'module'; readonly url: string }
  | { readonly kind: 'capture'; readonly name: string };

/** A root other than the page's global object. */
export type NamedRoot = Exclude<PathRoot, { kind: 'window' }>;

/** Where a function lives: a root, and the keys that are followed from there. Nothing of it is evaluated. */
export interface Path {
  readonly root: PathRoot;
  readonly keys: PathKeys;
}

const ROOTED = /^\s*(webpack|module|capture):/;

/** Reads a path; throws `bad_request` that says where it stops making sense, and its `details.at` (from 1) points there. */
export function parsePath(text: string): Path {
  const kind = ROOTED.exec(text)?.[1];
  if (kind === undefined) return { root: { kind: 'window' }, keys: parsePathKeys(text) };
  const trimmed = text.trim();
  // No URL pattern, encoded module id or name of a capture has a `#`.
  const hash = trimmed.indexOf('#');
  const end = hash < 0 ? trimmed.length : hash;
  const root = parseRoot(kind, trimmed.slice(kind.length + 1, end));
  return { root, keys: hash < 0 ? [] : parseKeysAfter(trimmed, hash + 1) };
}

/** A path as text; `parsePath` reads it back. */
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
      if (text === '') throw complain(kind, 'the URL of a script, such as module:/assets/index-*.js#sign');
      return { kind, url: text };
    default:
      if (text === '') throw complain(kind, 'the name of a capture, such as capture:sign');
      return { kind: 'capture', name: text };
  }
}

function parseWebpackRoot(text: string): PathRoot {
  const slash = text.indexOf('/');
  const [chunkGlobal, module] = [decode(text.slice(0, slash)), decode(text.slice(slash + 1))];
  if (slash < 0 || chunkGlobal === '' || module === '')
    throw complain('webpack', 'a chunk global and a module id, such as webpack:webpackChunkshop/417#sign');
  return { kind: 'webpack', chunkGlobal, module };
}

function parseKeysAfter(text: string, start: number): PathKeys {
  if (text.slice(start).trim() === '') return [];
  try {
    return parsePathKeys(text.slice(start));
  } catch (error) {
    // Its place is counted from `#`.
    const { at } = (error as CallError).details as { at: number };
    throw new CallError('bad_request', (error as CallError).message, { details: { at: at + start } });
  }
}

function complain(kind: string, what: string): CallError {
  return new CallError('bad_request', `After "${kind}:" comes ${what}`, { details: { at: kind.length + 2 } });
}

/** `#` ends a root and `%` marks what is encoded; module ids of development builds are file names, with anything in them. */
function encode(text: string, more = ''): string {
  return text.replace(/[%#/\s]/g, (char) => (char === '/' && more === '' ? char : encodeURIComponent(char)));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray `%`: taken as it stands.
    return text;
  }
}
