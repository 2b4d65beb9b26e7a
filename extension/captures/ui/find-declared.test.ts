import { expect, it } from 'vitest';
import { findDeclared } from './find-declared.ts';

const URL = 'https://shop.test/app.js';

it.each([
  ['const', 'var a=1;const vault={seal(t){return t}};'],
  ['let', 'let other=1,vault=function(){return 1};'],
  ['class', '"use strict";class vault{static seal(){}}'],
])('finds a top-level %s', (_kind, text) => {
  const found = findDeclared(new Map([[URL, text]]), URL, 'vault');
  expect(found).toMatchObject({ script: URL, expression: 'vault' });
  expect(text).toContain(found?.anchor);
});

it('finds a declaration in an inline script', () => {
  const html = '<!doctype html><p>vault</p><script>const vault = { seal: (text) => text };</script>';
  expect(findDeclared(new Map([['https://shop.test/', html]]), 'https://shop.test/', 'vault')).toMatchObject({
    script: 'https://shop.test/',
    anchor: expect.stringMatching(/^const vault = /),
  });
});

it.each(['var vault=1', 'function vault(){}', '(()=>{const vault=1})()', 'window.vault=1', 'const {'])(
  'finds nothing in what declares none: %s',
  (text) => {
    expect(findDeclared(new Map([[URL, text]]), URL, 'vault')).toBeUndefined();
  },
);
