import * as js from '../../../shared/primordials.ts';
import type { Reason } from '../search-messages.ts';

export interface Rank {
  readonly score: number;
  readonly reasons: Reason[];
}

/** Only the beginning of long sources is searched: a whole bundle in one function says nothing. */
const MAX_SOURCE = 20_000;
const MAX_REASONS = 6;
const OF_PARENT = 0.4;

const STRONG = 50;
const MILD = 25;
const WORDS = {
  __proto__: null,
  encrypt: STRONG,
  encrypted: MILD,
  encryption: STRONG,
  decrypt: STRONG,
  decryption: STRONG,
  cipher: STRONG,
  encipher: STRONG,
  decipher: STRONG,
  sign: STRONG,
  signature: STRONG,
  signer: STRONG,
  hmac: STRONG,
  md5: STRONG,
  sha: STRONG,
  sha1: STRONG,
  sha256: STRONG,
  sha512: STRONG,
  aes: STRONG,
  des: STRONG,
  rc4: STRONG,
  rsa: STRONG,
  sm2: STRONG,
  sm3: STRONG,
  sm4: STRONG,
  token: MILD,
  hash: MILD,
  digest: MILD,
  crypto: MILD,
  crypt: MILD,
  enc: MILD,
  dec: MILD,
  encode: MILD,
  decode: MILD,
  seal: MILD,
  secret: MILD,
  salt: MILD,
  nonce: MILD,
} as unknown as Record<string, number | undefined>;
/** Uses of `sign` about people: signIn, sign_up. */
const SIGNING_IN = /[sS]ign[-_]?(?:[iI]n|[uU]p|[oO]ut|[oO]ff|[oO]n)(?![a-z])/;
const WORD = /[A-Z]?[a-z]+\d*|[A-Z]+\d*(?![a-z])/g;

// Constants of algorithms, in decimal and hexadecimal, then calls of libraries.
const MARKS: readonly (readonly [what: string, weight: number, mark: RegExp])[] = [
  ['MD5', 60, /0x67452301|1732584193|0xd76aa478|-680876936|3614090360/i],
  ['SHA-1', 60, /0xc3d2e1f0|3285377520|-1009589776|0x5a827999|1518500249/i],
  ['SHA-256', 60, /0x6a09e667|1779033703|0x428a2f98|1116352408/i],
  ['SM3', 60, /0x7380166f|1937774191|0x79cc4519|2043430169/i],
  ['SM4', 60, /0xa3b1bac6|2746333894|-1548633402|0x00070e15|462357/i],
  ['AES', 60, /0x63,\s*0x7c,\s*0x77|99,\s*124,\s*119,\s*123|0xc66363a5|3328402341|-966564955/i],
  ['DES', 60, /58,\s*50,\s*42,\s*34,|0x0?1010400|16843776/i],
  ['Blowfish', 50, /0x243f6a88|608135816/i],
  ['ChaCha20', 50, /0x61707865|1634760805|expand 32-byte k/i],
  ['TEA', 60, /0x9e3779b9|2654435769|-1640531527|0x61c88647|1640531527/i],
  ['CRC-32', 15, /0xedb88320|3988292384|-306674912/i],
  ['CryptoJS', 50, /CryptoJS|\.(?:AES|DES|TripleDES|RC4)\.(?:en|de)crypt\(|\.Hmac(?:SHA|MD)/],
  ['crypto.subtle', 50, /\bsubtle\b/],
  ['RSA', 45, /JSEncrypt|setPublicKey|modPow|BEGIN (?:RSA )?PUBLIC KEY/],
  ['base64', 30, /ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/],
  ['encrypt()', 35, /\.(?:en|de)crypt(?:Long|Base64|Hex)?\(|\.do(?:En|De)crypt\(/],
  ['sign()', 30, /\.(?:sign|doSignature|hmac|digest|createHmac|createHash|update)\(/],
  ['md5()', 35, /\b(?:hex_)?(?:md5|sha1|sha256|sm3)\(/i],
];
const SHIFTS = /<<|>>>?|\^/g;
const MANY_SHIFTS = 6;

/** Scores how likely a function encrypts, signs or hashes, by its names and source. It is not called. */
export function rank(keys: readonly string[], name: string, source: string): Rank {
  const reasons: Reason[] = [];
  const add = (kind: Reason['kind'], what: string) => {
    if (reasons.length < MAX_REASONS) reasons[reasons.length] = { kind, what };
  };
  const score = rankNames(keys, name, add) + rankSource(js.slice(source, 0, MAX_SOURCE), add);
  return { score, reasons };
}

type Add = (kind: Reason['kind'], what: string) => void;

function rankNames(keys: readonly string[], name: string, add: Add): number {
  const last = keys.length > 0 ? (keys[keys.length - 1] as string) : '';
  const own = bestWord(last);
  const given = name === last ? NO_WORD : bestWord(name);
  const best = given.weight > own.weight ? given : own;
  if (best.weight > 0) add('name', best.word);
  let parent = NO_WORD;
  for (let index = 0; index < keys.length - 1; index++) {
    const found = bestWord(keys[index] as string);
    if (found.weight > parent.weight) parent = found;
  }
  if (parent.weight > 0 && parent.word !== best.word) add('name', parent.word);
  return best.weight + parent.weight * OF_PARENT;
}

const NO_WORD = { word: '', weight: 0 };

function bestWord(name: string): { word: string; weight: number } {
  let best = NO_WORD;
  if (js.matchPattern(SIGNING_IN, name)) return best;
  WORD.lastIndex = 0;
  for (let match = js.matchPattern(WORD, name); match; match = js.matchPattern(WORD, name)) {
    const word = js.lowerCase(match[0]);
    const weight = WORDS[word] ?? 0;
    if (weight > best.weight) best = { word, weight };
  }
  return best;
}

function rankSource(source: string, add: Add): number {
  let best = 0;
  let sum = 0;
  for (let index = 0; index < MARKS.length; index++) {
    const [what, weight, mark] = MARKS[index] as (typeof MARKS)[number];
    if (!js.matchPattern(mark, source)) continue;
    add('source', what);
    sum += weight;
    if (weight > best) best = weight;
  }
  const shifts = countShifts(source);
  if (shifts >= MANY_SHIFTS) {
    add('source', 'bits');
    sum += 20;
  }
  // Further matches count less: a crypto library's internals match everything.
  return best + (sum - best) * 0.3;
}

function countShifts(source: string): number {
  let count = 0;
  SHIFTS.lastIndex = 0;
  while (count < MANY_SHIFTS && js.matchPattern(SHIFTS, source)) count++;
  return count;
}
