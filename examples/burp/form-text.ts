import { wellFormed } from './message.ts';

/**
 * Queries and forms (`a=1&b=2`), changed in place: what stands beside a field stays as it was, byte for byte, because a
 * server may check a signature over the text and not over what it means.
 */
export function takeField(text: string, name: string): string | undefined {
  const pair = pairsOf(text).find((each) => nameOf(each) === name);
  return pair === undefined ? undefined : decodePair(pair)[1];
}

export function putField(text: string, name: string, value: string): string {
  const pairs = pairsOf(text);
  const at = pairs.findIndex((each) => nameOf(each) === name);
  const pair = `${encode(name)}=${encode(value)}`;
  if (at < 0) pairs.push(pair);
  else pairs[at] = pair;
  return pairs.join('&');
}

/** Percent-encodes all but RFC 3986's unreserved characters, as every server reads back. */
export function encode(text: string): string {
  const percent = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(wellFormed(text)).replace(/[!'()*]/g, percent);
}

export function pairsOf(text: string): string[] {
  return text.split('&').filter((pair) => pair !== '');
}

/** The name and the value of one `name=value`. */
export function decodePair(pair: string): [name: string, value: string] {
  const at = pair.indexOf('=');
  return at < 0 ? [decode(pair), ''] : [decode(pair.slice(0, at)), decode(pair.slice(at + 1))];
}

// URLSearchParams never throws: it keeps a stray % and replaces what is not UTF-8, as servers do.
function decode(text: string): string {
  return new URLSearchParams(`x=${text.replaceAll('&', '%26')}`).get('x') ?? '';
}

function nameOf(pair: string): string {
  return decodePair(pair)[0];
}
