/** A word in each charset, if possible with a letter whose second byte is a backslash. */
const WORDS = {
  gbk: ['乗', [0x81, 0x5c]],
  big5: ['功', [0xa5, 0x5c]],
  shift_jis: ['表', [0x95, 0x5c]],
  'windows-1252': ['é', [0xe9]],
  // Between the escape sequences of the charset.
  'iso-2022-jp': ['日', [0x1b, 0x24, 0x42, 0x46, 0x7c, 0x1b, 0x28, 0x42]],
} as const satisfies Record<string, readonly [string, readonly number[]]>;

export type Charset = keyof typeof WORDS | 'utf-8' | 'utf-16le' | 'utf-16be';

export function wordOf(charset: Charset): string {
  return charset in WORDS ? WORDS[charset as keyof typeof WORDS][0] : '密';
}

/** Encodes a text that is ASCII except for the word of the charset. */
export function encoded(text: string, charset: Charset): Buffer {
  if (charset === 'utf-8') return Buffer.from(text);
  if (charset === 'utf-16le') return Buffer.from(text, 'utf16le');
  if (charset === 'utf-16be') return Buffer.from(text, 'utf16le').swap16();
  const [word, bytes] = WORDS[charset];
  const letters = [...text].map((letter) => (letter === word ? Buffer.from(bytes) : Buffer.from(letter, 'latin1')));
  return Buffer.concat(letters);
}
