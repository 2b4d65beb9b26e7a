import { withoutUserinfo } from '../../../shared/without-userinfo.ts';

/**
 * Whether a script's URL matches a capture's pattern: it ends with the pattern, in which `*` matches any
 * text. Query and fragment are ignored unless the pattern has a `?`.
 */
export function matchesScript(pattern: string, url: string): boolean {
  const whole = withoutUserinfo(pattern.includes('?') ? url.replace(/#.*/s, '') : url.replace(/[?#].*/s, ''));
  const [first = '', ...parts] = pattern.split('*');
  // A pattern with a scheme is a whole URL.
  if (/^[a-z][a-z\d+.-]*:/i.test(pattern) && !whole.startsWith(first)) return false;
  return endsLike(whole, [first, ...parts]);
}

/** The pattern for scripts without a URL, from `eval` and `new Function`. */
export const EVALUATED = 'evaluated';

/** Whether a pattern is for scripts that pages create themselves, without a request. */
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
