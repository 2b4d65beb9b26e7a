import * as js from './primordials.ts';

/** Whether a key can be written after a dot. Uses no method that a page could override. */
export function isPlainName(key: string): boolean {
  for (let index = 0; index < key.length; index++) {
    const code = js.charCodeAt(key, index);
    const isDigit = code >= 48 && code <= 57;
    const isLetter = (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code > 127;
    // 36 and 95 are $ and _.
    if (!isLetter && code !== 36 && code !== 95 && !(isDigit && index > 0)) return false;
  }
  return key.length > 0;
}
