import { describe, expect, it } from 'vitest';

import { fingerprint } from './fingerprint.ts';

const SIGN = `function i(t){if("string"!=typeof t)throw TypeError("no text");return\`\${o}.\${(0,n.w)(t,2654435769)}\`}`;

describe('a fingerprint stays the same', () => {
  it.each([
    [
      'when locals have other names',
      SIGN.replaceAll('i(t)', 'aB(e)').replaceAll('t)', 'e)').replace('typeof t', 'typeof e'),
    ],
    ['if exports have other names', SIGN.replace('n.w', 'r.xJ')],
    ['if quotes differ', SIGN.replaceAll('"', "'")],
    ['if numbers are written differently', SIGN.replace('2654435769', '0x9e3779b9')],
    [
      'when there is white space, or a comment',
      SIGN.replace('throw', '\n  throw').replace('return', '/* so /* */ return // ok `\n'),
    ],
    ['if an obfuscator renames things', SIGN.replace('function i(', 'function _0x3fa1(')],
  ])('%s', (_when, source) => {
    expect(source).not.toBe(SIGN);
    expect(fingerprint(source)).toBe(fingerprint(SIGN));
  });

  it('if a template contains a template', () => {
    const inTemplate = (name: string) => `${name}=>\`a\${${name}.map(${name}=>\`<\${{n:${name}}.n}>\`)}b\``;
    expect(fingerprint(inTemplate('e'))).toBe(fingerprint(inTemplate('t')));
    expect(fingerprint(inTemplate('e'))).not.toBe(fingerprint(inTemplate('e').replace('b', 'c')));
  });

  it('if a regular expression contains a quote', () => {
    expect(fingerprint(`t=>t.replace(/["'/]/g,"x")`)).toBe(fingerprint(`e=>e.replace(/["'/]/g,'x')`));
  });
});

describe('a fingerprint differs', () => {
  it.each([
    ['with a text', SIGN.replace('no text', 'no order')],
    ['with the text of a template', SIGN.replace('}.$', '}:$')],
    ['with a number', SIGN.replace('2654435769', '2654435768')],
    ['with an operator', SIGN.replace('!=', '==')],
    ['with a property', SIGN.replace('n.w', 'n.seal')],
    ['with the name of a global', 'e=>encodeURIComponent(e)', 'e=>decodeURIComponent(e)'],
    ['with a regular expression', 't=>/a/.test(t)', 't=>/b/.test(t)'],
    ['with the operands of a division', 't=>t/2/3', 't=>t/3/2'],
    ['with the end of a text', '["ab","c"]', '["a","bc"]'],
  ])('%s', (_with, one, other = SIGN) => {
    expect(fingerprint(one)).not.toBe(fingerprint(other));
  });
});

it('reads text that is truncated or not JavaScript to its end', () => {
  for (const source of ['"', '`${', '`${{', '/*', '/[', '\\', '}}}`', '#', '\ud800', 'a'.repeat(200_000)]) {
    expect(fingerprint(source)).toMatch(/^f1:\d+-\d+:\d+$/);
  }
});

it('is short enough for the settings', () => {
  expect(fingerprint('(a, b) => a + b').length).toBeLessThan(60);
});
