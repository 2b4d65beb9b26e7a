import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatPath, parsePath } from './path.ts';

describe('parsePath', () => {
  it.each([
    ['shop.cart.add', { kind: 'window' }, ['shop', 'cart', 'add']],
    [
      'webpack:webpackChunkshop/417#sign',
      { kind: 'webpack', chunkGlobal: 'webpackChunkshop', module: '417' },
      ['sign'],
    ],
    [
      ' webpack:webpackJsonp/./src/a b%23.js#default["x-y"] ',
      { kind: 'webpack', chunkGlobal: 'webpackJsonp', module: './src/a b#.js' },
      ['default', 'x-y'],
    ],
    ['webpack:webpackChunk/0', { kind: 'webpack', chunkGlobal: 'webpackChunk', module: '0' }, []],
    ['module:/assets/index-*.js#a', { kind: 'module', url: '/assets/index-*.js' }, ['a']],
    [
      'module:https://cdn.example/x.js?v=*#t.sign',
      { kind: 'module', url: 'https://cdn.example/x.js?v=*' },
      ['t', 'sign'],
    ],
    ['capture:sign', { kind: 'capture', name: 'sign' }, []],
    ['capture:vault#encrypt', { kind: 'capture', name: 'vault' }, ['encrypt']],
  ])('reads %s', (text, root, keys) => {
    expect(parsePath(text)).toEqual({ root, keys });
  });

  it.each([
    ['a..b', 2],
    ['webpack:', 9],
    ['webpack:chunks', 9],
    ['webpack:/417', 9],
    ['webpack:chunks/#a', 9],
    ['module:#a', 8],
    ['capture:', 9],
    ['capture:vault#a..b', 16],
    ['capture:vault#a b', 16],
  ])('rejects %s with the position', (text, at) => {
    expect(() => parsePath(text)).toThrow(expect.objectContaining({ code: 'bad_request', details: { at } }));
  });

  it('reads back the output of formatPath', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 });
    const root = fc.oneof(
      fc.constant({ kind: 'window' as const }),
      fc.record({ kind: fc.constant('webpack' as const), chunkGlobal: text, module: text }),
      fc.constant({ kind: 'module' as const, url: 'https://a.example/*.js' }),
      fc.constant({ kind: 'capture' as const, name: 'sign' }),
    );
    fc.assert(
      fc.property(root, fc.array(text, { minLength: 1, maxLength: 4 }), (root, keys) => {
        expect(parsePath(formatPath({ root, keys }))).toEqual({ root, keys });
      }),
    );
  });
});
