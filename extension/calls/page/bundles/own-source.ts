import * as js from '../../../../shared/primordials.ts';

/**
 * The mark at both ends of an insertion: the hook's name (extension/captures/background/capture-hooks.ts).
 */
const MARK = /\/\*([a-z][0-9a-z]{11})\*\//g;

/** A function's source without insertions of captures (extension/captures/plan/plan-captures.ts). */
export function ownSource(fn: object): string {
  return withoutCaptures(js.functionText(fn));
}

export function withoutCaptures(source: string): string {
  let own = '';
  let from = 0;
  MARK.lastIndex = 0;
  for (let mark = js.matchPattern(MARK, source); mark; mark = js.matchPattern(MARK, source)) {
    const text = mark[0] as string;
    const hook = mark[1] as string;
    const end = js.indexOf(source, text, MARK.lastIndex);
    // A comment of the site.
    if (end < 0 || !isInserted(js.slice(source, MARK.lastIndex, end), hook)) continue;
    own += js.slice(source, from, mark.index);
    from = end + text.length;
    MARK.lastIndex = from;
  }
  return own + js.slice(source, from, source.length);
}

const CLOSING = /^[)}]+$/;

function isInserted(text: string, hook: string): boolean {
  return js.matchPattern(CLOSING, text) !== null || js.includes(text, `(typeof ${hook}=="function"?`);
}
