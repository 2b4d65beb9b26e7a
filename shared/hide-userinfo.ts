import * as js from './primordials.ts';

// Every run of characters is passed once: none of them is a slash, with which the next URL could begin.
const USERINFO = /:\/\/[^\s/?#]*@/g;

/**
 * A text in which no URL shows a name and password. Browsers put the page's own into stacks and messages. It runs in pages,
 * and uses nothing that they can change.
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
