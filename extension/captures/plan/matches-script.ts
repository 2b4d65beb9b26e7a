import { withoutUserinfo } from '../../../shared/without-userinfo.ts';

/**
 * Whether a script's URL is the one that a capture means: it ends like the pattern, `*` standing for any text. Query and fragment
 * count only where the pattern has a `?`.
 */
export function matchesScript(pattern: string, url: string): boolean {
  const whole = withoutUserinfo(pattern.includes('?') ? url.replace(/#.*/s, '') : url.replace(/[?#].*/s, ''));
  const [first = '', ...parts] = pattern.split('*');
  // One that names a scheme is of a whole URL.
  if (/^[a-z][a-z\d+.-]*:/i.test(pattern) && !whole.startsWith(first)) return false;
  return endsLike(whole, [first, ...parts]);
}

/** What a capture calls scripts that have no URL: those of `eval` and `new Function`. */
export const EVALUATED = 'evaluated';

/** Whether a pattern is of scripts that pages make themselves, and that are never asked for. */
export function isMadeInPage(pattern: string): boolean {
  return pattern === EVALUATED || /^blob:/i.test(pattern);
}

function endsLike(url: string, parts: readonly string[]): boolean {
  let end = url.length;
  for (let index = parts.length - 1; index >= 0; index--) {
    const part = parts[index] as string;
    const isLast = index === parts.length - 1;
    const at = isLast ? (url.endsWith(part) ? url.length - part.length : -1) : findBefore(url, part, end);
    if (at < 0) return false;
    end = at;
  }
  return true;
}

function findBefore(url: string, part: string, end: number): number {
  const at = url.slice(0, end).lastIndexOf(part);
  return at;
}
