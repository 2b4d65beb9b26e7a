/** The pattern for scripts without a URL, from `eval` and `new Function`. */
export const EVALUATED = 'evaluated';

/** Whether a pattern is for scripts that pages create themselves, without a request. */
export function isMadeInPage(pattern: string): boolean {
  return pattern === EVALUATED || /^blob:/i.test(pattern);
}
