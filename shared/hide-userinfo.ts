import * as js from './primordials.ts';

// Linear time: the match never runs across a slash, so no part of the text is scanned twice.
const USERINFO = /:\/\/[^\s/?#]*@/g;

/**
 * Removes userinfo from all URLs in a text. Browsers put the page's URL, with its password, into stacks and messages.
 * It runs in pages and uses captured built-ins only.
 */
export function hideUserinfo(text: string): string {
  let shown = '';
  let from = 0;
  USERINFO.lastIndex = 0;
  for (let match = js.matchPattern(USERINFO, text); match; match = js.matchPattern(USERINFO, text)) {
    shown += `${js.slice(text, from, match.index)}://`;
    from = USERINFO.lastIndex;
  }
  return from === 0 ? text : shown + js.slice(text, from, text.length);
}
