import { describe, expect, it } from 'vitest';
import { decodeScript, readScript } from './script-text.ts';

const insertion = (offset: number, text: string) => ({ offset, text, order: 'follows' as const });
const utf8 = (text: string) => new TextEncoder().encode(text);
const bytes = (...parts: (string | number[])[]) =>
  new Uint8Array(parts.flatMap((part) => (typeof part === 'string' ? [...utf8(part)] : part)));
const utf16 = (text: string) => new Uint8Array(Buffer.from(text, 'utf16le'));
const bigEndian = (text: string) => new Uint8Array(Buffer.from(text, 'utf16le').swap16());

it('keeps every byte of UTF-8 and its byte order mark, except for inserted code', () => {
  const source = 'a="密";b="🛒";c';
  const script = readScript(utf8(`\ufeff${source}`), 'utf-8');
  expect(script.text).toBe(source);
  const at = source.indexOf('c');
  expect(script.insert([insertion(0, '<'), insertion(at, '|')], '>')).toEqual(utf8(`\ufeff<${source.slice(0, at)}|c>`));
});

// The second byte of each letter is a backslash, except in the last two.
const TRAILS: [charset: string, letters: number[], text: string][] = [
  ['gbk', [0x81, 0x5c, 0xc3, 0xdc], '乗密'],
  ['big5', [0xa5, 0x5c], '功'],
  ['shift_jis', [0x95, 0x5c], '表'],
  ['gb18030', [0x81, 0x30, 0x84, 0x36, 0x94, 0x39, 0xda, 0x33], '¥💩'],
  ['windows-1252', [0xe9], 'é'],
];

describe.each(TRAILS)('of %s', (charset, letters, text) => {
  const source = bytes('a="', letters, '";b', letters, ';c');

  it('reads letters whose bytes look like ASCII, and keeps all bytes', () => {
    const script = readScript(source, charset);
    expect(script.text).toBe(`a="${text}";b${text};c`);
    const at = script.text.indexOf('b');
    const changed = script.insert([insertion(at, '|'), insertion(script.text.length - 1, '|')], '>');
    expect(changed).toEqual(bytes('a="', letters, '";|b', letters, ';|c>'));
  });

  it('inserts only ASCII', () => {
    expect(readScript(source, charset).insert([insertion(0, '密')], '')).toBeUndefined();
  });
});

it('inserts two bytes per letter into UTF-16', () => {
  const little = readScript(utf16('\ufeffa="密";b'), 'utf-16le');
  expect(little.insert([insertion(6, '|钥|')], '>')).toEqual(utf16('\ufeffa="密";|钥|b>'));
  const big = readScript(bigEndian('\ufeffa="密";b'), 'utf-16be');
  expect(big.insert([insertion(6, '|')], '')).toEqual(bigEndian('\ufeffa="密";|b'));
});

it('inserts nothing if the page would then decode the rest differently', () => {
  // Japanese letters between escape sequences.
  const letters = [0x1b, 0x24, 0x42, 0x46, 0x7c, 0x4b, 0x5c, 0x1b, 0x28, 0x42];
  const script = readScript(bytes('a="', letters, '";b'), 'iso-2022-jp');
  expect(script.text).toBe('a="日本";b');
  expect(script.insert([insertion(4, '|')], '')).toBeUndefined();
  expect(script.insert([insertion(7, '|')], '')).toEqual(bytes('a="', letters, '";|b'));
});

it('keeps bytes that are invalid in its charset', () => {
  const broken = bytes('a="', [0xff], '";b');
  expect(readScript(broken, 'utf-8').insert([insertion(6, '|')], '')).toEqual(bytes('a="', [0xff], '";|b'));
});

it('reads a script for a search in every charset that the page may use', () => {
  const GBK = bytes('a="', [0xc3, 0xdc], '"');
  expect(decodeScript(GBK, 'text/javascript', { charset: 'GBK' })).toBe('a="密"');
  expect(decodeScript(utf8('a="密钥"'), undefined, { isModule: true, charset: 'GBK' })).toBe('a="密钥"');
  expect(decodeScript(utf8('a="密"'), undefined, {})).toBe('a="密"');
});
