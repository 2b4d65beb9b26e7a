import { expect, it } from 'vitest';
import { readScript } from './script-text.ts';

const insertion = (offset: number, text: string) => ({ offset, text, order: 'follows' as const });
const utf8 = (text: string) => new TextEncoder().encode(text);
const GBK = new Uint8Array([0x61, 0x3d, 0x22, 0xc3, 0xdc, 0x22, 0x3b, 0x62]);

it('leaves every byte of UTF-8 as it was, but for what is put in', () => {
  const source = '\ufeffa="密";b="🛒";c';
  const script = readScript(utf8(source), 'text/javascript');
  expect(script.text).toBe(source);
  const at = source.indexOf('c');
  expect(script.insert([insertion(0, '<'), insertion(at, '|')], '>')).toEqual(utf8(`<${source.slice(0, at)}|c>`));
});

it('reads what its header names, and hands that on with a mark that is stronger', () => {
  const script = readScript(GBK, 'text/javascript; charset="GBK"');
  expect(script.text).toBe('a="密";b');
  expect(script.insert([insertion(6, '|')], '')).toEqual(utf8('\ufeffa="密";|b'));
});

it('keeps the bytes where nobody says what they are', () => {
  const changed = readScript(GBK, '').insert([insertion(7, '|')], '');
  expect([...changed]).toEqual([...GBK.subarray(0, 7), 0x7c, 0x62]);
});

it('keeps plain ASCII plain, whatever its charset is called', () => {
  expect(readScript(utf8('a;b'), 'text/javascript; charset=iso-8859-1').insert([insertion(2, '|')], '')).toEqual(
    utf8('a;|b'),
  );
  expect(readScript(utf8('a;b'), 'text/javascript; charset=nonsense').insert([insertion(2, '|')], '')).toEqual(
    utf8('a;|b'),
  );
});
