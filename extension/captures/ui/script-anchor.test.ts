import { expect, it } from 'vitest';
import { scriptAnchor } from './script-anchor.ts';

const FIRST = 'https://shop.test/js/chunk-1a2b3c4d.5e6f7a8b.js';
const SECOND = 'https://shop.test/js/chunk-9a8b7c6d.1a2b3c4e.js';
const NEXT = 'https://shop.test/_next/static/chunks/1yopikgz5myc5.js';
const OTHER = 'https://shop.test/_next/static/chunks/0tkqlaz4b3c2d.js';
const SIGN = '(()=>{const k=1;function s(t){return t+k}})()';
const WRONG = '(()=>{const k=2;function s(t){return t-k}})()';

it('matches no other chunk that has the same source', () => {
  const texts = new Map([
    [FIRST, SIGN],
    [SECOND, SIGN],
  ]);
  expect(scriptAnchor(texts, FIRST, SIGN.indexOf('function'))).toEqual({
    script: 'https://shop.test/js/chunk-1a2b3c4d.*.js',
    anchor: 'function s(t){re',
  });
});

it('extends the anchor until it occurs in one of the scripts that its pattern matches', () => {
  const texts = new Map([
    [NEXT, SIGN],
    [OTHER, WRONG],
  ]);
  expect(scriptAnchor(texts, NEXT, SIGN.indexOf('function'))).toEqual({
    script: 'https://shop.test/_next/static/chunks/*.js',
    anchor: 'function s(t){return t+k',
  });
});

it.each([
  ['another script has the same source', SIGN],
  ['another script could not be read', undefined],
])('names the one file if %s', (_why, other) => {
  const texts = new Map([
    [NEXT, SIGN],
    [OTHER, other],
  ]);
  expect(scriptAnchor(texts, NEXT, SIGN.indexOf('function'))).toEqual({
    script: NEXT,
    anchor: 'function s(t){re',
  });
});

it('names the query if it tells two scripts apart', () => {
  const [a, b] = ['https://shop.test/load.php?mod=a', 'https://shop.test/load.php?mod=b'];
  const texts = new Map([
    [a, SIGN],
    [b, SIGN],
  ]);
  expect(scriptAnchor(texts, a, 0).script).toBe(a);
});

it('gives line and column if no excerpt is unique', () => {
  const text = `${'a();'.repeat(200)}\n`;
  expect(scriptAnchor(new Map([[FIRST, text]]), FIRST, 4)).toEqual({ script: FIRST, anchor: '1:5' });
});
