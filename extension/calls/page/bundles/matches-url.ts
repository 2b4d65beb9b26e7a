import { hideUserinfo } from '../../../../shared/hide-userinfo.ts';
import * as js from '../../../../shared/primordials.ts';

const STAR = 42;

/**
 * Whether a script's URL matches a pattern: the URL or its end, in which `*` matches any text. Fragments
 * are ignored, queries too unless the pattern has a `?`.
 */
export function matchesUrl(pattern: string, url: string): boolean {
  const text = hideUserinfo(cutAt(cutAt(url, '#'), indexOf(pattern, '?') < 0 ? '?' : ''));
  // Position of the last star, and how much text it has matched; initially a virtual star before the
  // pattern.
  let star = -1;
  let taken = 0;
  let at = 0;
  for (let index = 0; index < text.length; ) {
    const code = at < pattern.length ? js.charCodeAt(pattern, at) : -1;
    if (code === STAR) {
      star = at++;
      taken = index;
    } else if (code === js.charCodeAt(text, index)) {
      at++;
      index++;
    } else {
      at = star + 1;
      index = ++taken;
    }
  }
  while (at < pattern.length && js.charCodeAt(pattern, at) === STAR) at++;
  return at === pattern.length;
}

function cutAt(text: string, char: string): string {
  const at = char === '' ? -1 : indexOf(text, char);
  return at < 0 ? text : js.slice(text, 0, at);
}

function indexOf(text: string, char: string): number {
  for (let index = 0; index < text.length; index++) if (text[index] === char) return index;
  return -1;
}
