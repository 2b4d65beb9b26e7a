import * as js from '../../../shared/primordials.ts';
import { formatKeys } from '../../calls/page/follow-path.ts';

/** A path as text, like `formatPath` of shared/path.ts, without functions that a page could override. */
export function formatPath(root: string, keys: readonly string[]): string {
  const text = formatKeys(keys, keys.length);
  if (root === '') return keys[0] === 'window' && keys.length > 1 ? `window.${text}` : text;
  return keys.length === 0 ? root : `${root}#${text}`;
}

const SPECIAL = /[%#\s]/;
const encode = encodeURIComponent;

/** A chunk global or module id as part of a path's root; special characters are encoded. */
export function formatRootPart(text: string, isBeforeSlash: boolean): string {
  let formatted = '';
  for (let index = 0; index < text.length; index++) {
    const char = text[index] as string;
    const isSpecial = js.matchPattern(SPECIAL, char) !== null || (isBeforeSlash && char === '/');
    formatted += isSpecial ? encode(char) : char;
  }
  return formatted;
}
