import { hideUserinfo } from '../../../shared/hide-userinfo.ts';
import * as js from '../../../shared/primordials.ts';

/** Parts of a file name; a hash is long and not a word. */
const PARTS = /[^-._/?#]+|[-._/?#]/g;
const DIGIT = /\d/;
const MIXED = /[a-z].*[A-Z]|^[A-Z]+$/;
const MIN_HASH = 6;

/**
 * A pattern for a script that matches later builds too: its path with hashes as `*`. `origin` is the
 * page's.
 */
export function modulePattern(loaded: string, origin = location.origin): string {
  const url = hideUserinfo(loaded);
  const path = js.slice(url, 0, origin.length + 1) === `${origin}/` ? js.slice(url, origin.length, url.length) : url;
  const fileAt = lastSlash(path) + 1;
  let pattern = js.slice(path, 0, fileAt);
  const file = js.slice(path, fileAt, path.length);
  PARTS.lastIndex = 0;
  for (let match = js.matchPattern(PARTS, file); match; match = js.matchPattern(PARTS, file)) {
    if (match[0] === '?' || match[0] === '#') break;
    pattern += match.index > 0 && isHash(match[0]) ? '*' : match[0];
  }
  return pattern;
}

function lastSlash(path: string): number {
  let at = -1;
  for (let index = 0; index < path.length && path[index] !== '?' && path[index] !== '#'; index++)
    if (path[index] === '/') at = index;
  return at;
}

function isHash(part: string): boolean {
  return part.length >= MIN_HASH && (js.matchPattern(DIGIT, part) !== null || js.matchPattern(MIXED, part) !== null);
}
