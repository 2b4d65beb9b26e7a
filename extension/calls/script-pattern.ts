import { hideUserinfo } from '../../shared/hide-userinfo.ts';
import * as js from '../../shared/primordials.ts';

// Runs in pages as well: built-ins are used through primordials alone.

const STAR = 42;
const SLASH = 47;

/**
 * Whether a script's URL matches a pattern: the URL or its end, in which `*` matches any text. A pattern
 * with a scheme is a whole URL. Fragments are ignored, queries too unless the pattern has a `?`.
 */
export function matchesPattern(pattern: string, url: string): boolean {
  const text = hideUserinfo(cutAt(cutAt(url, '#'), js.indexOf(pattern, '?', 0) < 0 ? '?' : ''));
  // Position of the last star, and how much text it has matched. A pattern without a scheme starts with a
  // virtual star.
  const isWhole = js.matchPattern(SCHEME, pattern) !== null;
  let star = -1;
  let matched = 0;
  let at = 0;
  for (let index = 0; index < text.length; ) {
    const code = at < pattern.length ? js.charCodeAt(pattern, at) : -1;
    if (code === STAR) {
      star = at++;
      matched = index;
    } else if (code === js.charCodeAt(text, index)) {
      at++;
      index++;
    } else {
      if (isWhole && star < 0) return false;
      at = star + 1;
      index = ++matched;
    }
  }
  while (at < pattern.length && js.charCodeAt(pattern, at) === STAR) at++;
  return at === pattern.length;
}

const SCHEME = /^[a-z][a-z\d+.-]*:/i;

function cutAt(text: string, char: string): string {
  const at = char === '' ? -1 : js.indexOf(text, char, 0);
  return at < 0 ? text : js.slice(text, 0, at);
}

/**
 * Patterns for a loaded script, the most general first: with the hash in its file name, and folders that are
 * only a hash, as `*`, so that its later versions match; its path; its URL with the query. `origin` is left
 * out.
 */
export function patternsOf(loaded: string, origin?: string): readonly string[] {
  const whole = hideUserinfo(cutAt(loaded, '#'));
  const isOfOrigin = origin !== undefined && js.slice(whole, 0, origin.length + 1) === `${origin}/`;
  const url = isOfOrigin ? js.slice(whole, origin.length, whole.length) : whole;
  const path = cutAt(url, '?');
  const patterns = [generalised(path)];
  if (patterns[0] !== path) patterns[1] = path;
  if (path !== url) patterns[patterns.length] = url;
  return patterns;
}

/** The most general pattern that matches none of the page's other scripts. */
export function patternOf(loaded: string, origin: string, others: readonly string[]): string {
  const patterns = patternsOf(loaded, origin);
  for (let index = 0; index < patterns.length; index++) {
    const pattern = patterns[index] as string;
    if (!matchesAnother(pattern, loaded, others)) return pattern;
  }
  return patterns[patterns.length - 1] as string;
}

function matchesAnother(pattern: string, loaded: string, others: readonly string[]): boolean {
  for (let index = 0; index < others.length; index++) {
    const other = others[index] as string;
    if (other !== loaded && matchesPattern(pattern, other)) return true;
  }
  return false;
}

function generalised(path: string): string {
  const host = js.matchPattern(HOST, path);
  let pattern = host ? host[0] : '';
  let from = pattern.length;
  for (let index = from; index < path.length; index++) {
    if (js.charCodeAt(path, index) !== SLASH) continue;
    const folder = js.slice(path, from, index);
    pattern += `${isHashFolder(folder) ? '*' : folder}/`;
    from = index + 1;
  }
  return pattern + withoutHash(js.slice(path, from, path.length));
}

const HOST = /^[a-z][a-z\d+.-]*:\/\/[^/]*\/?|^\//i;

/** `main.789dff02.chunk.js` → `main.*.chunk.js`. Only the last hash: earlier ones name the chunk. */
function withoutHash(file: string): string {
  const whole = js.matchPattern(EXTENSION, file);
  if (!whole) return file;
  const [, stem = '', extension = ''] = whole;
  if (stem.length === ROLLUP_HASH && isHash(stem)) return `*${extension}`;
  const cut = js.matchPattern(ROLLUP, stem);
  const last = cut && isHash(cut[2] as string) ? cut : js.matchPattern(LAST_PART, stem);
  if (last) return isHash(last[2] as string) ? `${last[1]}*${extension}` : file;
  return isHash(stem) ? `*${extension}` : file;
}

/** What build tools add behind a hash: `.chunk.js`, `.min.js`, `.async.js`, `.esm.js`. */
const EXTENSION = /^(.+?)((?:\.(?:chunk|bundle|async|min|esm|modern|legacy|prod))*\.[cm]?js)$/i;
/** Rollup's hashes are base64url, so they may contain `-` and `_`, which separate other parts. */
const ROLLUP_HASH = 8;
const ROLLUP = /^(.*[-.])([\w-]{8})$/;
const LAST_PART = /^(.*[-.~])([A-Za-z\d]+)$/;

/**
 * Whether a build tool computed this from a file's contents: hexadecimal (webpack, Angular, Parcel), upper
 * case (esbuild), base64url (Rollup, Vite), or lower case with digits in it (Turbopack).
 */
function isHash(part: string): boolean {
  return js.matchPattern(HASH, part) !== null && js.matchPattern(WORDS, part) === null;
}

const HASH = /^(?:[A-Z2-7]{8}|[\w-]{8}|[\da-z]{6,64})$/;
/** What people name files, and version numbers: `checkout`, `DatePicker`, `es2015`, `user-settings`, `SETTINGS`. */
const WORD = '(?:[A-Z]?[a-z]{2,}(?:[A-Z][a-z]{2,})*|[A-Z]{2,4}|[a-z])?\\d{0,4}';
const WORDS = new RegExp(`^${WORD}(?:[-_]${WORD})*$`);

function isHashFolder(part: string): boolean {
  return js.matchPattern(HASH_FOLDER, part) !== null;
}

/** Folders are longer hashes: of a commit, a release, or Next's builds (21 characters). */
const HASH_FOLDER = /^(?=.*\d)(?:[\da-f]{8,64}|(?=.*[a-z])(?=.*[A-Z])[\w-]{20,22})$/;
