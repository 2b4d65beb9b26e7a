import * as js from '../../../../shared/primordials.ts';
import { readTokens, type Token } from './read-tokens.ts';

/** A function longer than this is told by its beginning. */
const MAX_LENGTH = 50_000;
/** Minifiers give what is local no longer names than this; a longer one is somebody's own, or the browser's. */
const LOCAL_NAME_LENGTH = 3;
/** Bundlers give exports no longer names than this. */
const EXPORT_NAME_LENGTH = 2;
const MULTIPLIERS = [2654435761, 1597334677] as const;

interface Hash {
  high: number;
  low: number;
}

/**
 * What stays of a function's source when its site is built anew: its shape and its literals. The names that bundlers and
 * minifiers choose do not count, so that neither new chunks nor another mangling change it.
 *
 * `f1:<hash>:<tokens>`. People's settings hold these: whoever changes what is hashed calls it `f2`.
 */
export function fingerprint(source: string): string {
  const hash: Hash = { high: 0xdeadbeef | 0, low: 0x41c6ce57 };
  let tokens = 0;
  readTokens(js.slice(source, 0, MAX_LENGTH), (token) => {
    tokens++;
    addText(hash, textOf(token));
  });
  return `f1:${hash.high >>> 0}-${hash.low >>> 0}:${tokens}`;
}

function textOf({ kind, text, afterDot }: Token): string {
  switch (kind) {
    case 'name':
      return isMangled(text, afterDot) ? '$' : text;
    case 'number':
      // 0x9e3779b9 and 2654435769 are the same; what is no number to Number (10n, 1_000) stays as it is written.
      return `${js.toNumber(text) || text}`;
    case 'text':
      // Quotes are the minifier's choice.
      return `"${text}`;
    case 'sign':
      return text;
  }
}

function isMangled(name: string, afterDot: boolean): boolean {
  if (name.length > LOCAL_NAME_LENGTH) return name[0] === '_' && name[1] === '0' && name[2] === 'x';
  if (afterDot) return name.length <= EXPORT_NAME_LENGTH;
  return KEYWORDS[name] !== true;
}

// The words of the language that are as short as a mangled name.
const KEYWORDS = {
  __proto__: null,
  do: true,
  if: true,
  in: true,
  of: true,
  for: true,
  new: true,
  try: true,
  let: true,
  var: true,
  get: true,
  set: true,
} as unknown as Record<string, true | undefined>;

function addText(hash: Hash, text: string): void {
  for (let at = 0; at < text.length; at++) addCode(hash, js.charCodeAt(text, at));
  // Where one token ends and another starts counts.
  addCode(hash, 0x1_0000);
}

function addCode(hash: Hash, code: number): void {
  hash.high = rotate(js.imul(hash.high ^ code, MULTIPLIERS[0]));
  hash.low = rotate(js.imul(hash.low ^ code, MULTIPLIERS[1]));
}

function rotate(bits: number): number {
  return (bits << 13) | (bits >>> 19);
}
