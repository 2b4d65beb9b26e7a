import * as js from '../../../../shared/primordials.ts';
import { readTokens, type Token } from './read-tokens.ts';

/** Longer functions are identified by their beginning. */
const MAX_LENGTH = 50_000;
/** Minified local names are at most this long. */
const LOCAL_NAME_LENGTH = 3;
/** Bundled export names are at most this long. */
const EXPORT_NAME_LENGTH = 2;
const MULTIPLIERS = [2654435761, 1597334677] as const;

interface Hash {
  high: number;
  low: number;
}

/**
 * The part of a function's source that survives a new build: its structure and literals. Names that
 * bundlers and minifiers choose are ignored.
 *
 * `f1:<hash>:<tokens>`. Stored in users' settings: if the hashed content changes, use a new prefix `f2`.
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
      // Equal numbers in different notations hash alike; what Number can't parse (10n, 1_000) stays as
      // written.
      return `${js.toNumber(text) || text}`;
    case 'text':
      // Minifiers choose the quotes.
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

// Keywords as short as a mangled name.
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
  // Token boundaries count.
  addCode(hash, 0x1_0000);
}

function addCode(hash: Hash, code: number): void {
  hash.high = rotate(js.imul(hash.high ^ code, MULTIPLIERS[0]));
  hash.low = rotate(js.imul(hash.low ^ code, MULTIPLIERS[1]));
}

function rotate(bits: number): number {
  return (bits << 13) | (bits >>> 19);
}
