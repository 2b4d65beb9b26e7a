import { expect, it } from 'vitest';
import { capturesInAscii, inAscii } from './in-ascii.ts';

it('writes equivalent code in ASCII', () => {
  const code = '(密) => 密 + "é\u2028"';
  expect(inAscii(code)).toBe('(\\u5bc6) => \\u5bc6 + "\\u00e9\\u2028"');
  expect(new Function(`return (${inAscii(code)})("k")`)()).toBe('ké\u2028');
  expect(capturesInAscii([{ expression: 'a.密' }])).toEqual([{ expression: 'a.\\u5bc6' }]);
});

it('leaves letters outside the BMP, which have no single escape', () => {
  expect(inAscii('"🛒"')).toBe('"🛒"');
});
