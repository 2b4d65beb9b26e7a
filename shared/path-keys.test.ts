import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatPathKeys, parsePathKeys } from './path-keys.ts';

describe('parsePathKeys', () => {
  it.each([
    ['encrypt', ['encrypt']],
    ['shop.cart.add', ['shop', 'cart', 'add']],
    ['window.shop.add', ['shop', 'add']],
    ['window', ['window']],
    ['api["do-sign"]', ['api', 'do-sign']],
    ["api['a\\'b'].c", ['api', "a'b", 'c']],
    ['handlers[0].run', ['handlers', '0', 'run']],
    ['["window"].x', ['window', 'x']],
    ['  $._priv.加密 ', ['$', '_priv', '加密']],
    ['a[""]', ['a', '']],
    ['window.window.x', ['window', 'x']],
  ])('reads %s', (text, keys) => {
    expect(parsePathKeys(text)).toEqual(keys);
  });

  it.each([
    '',
    '   ',
    '.a',
    'a.',
    'a..b',
    'a b',
    'a[',
    'a[b]',
    'a["x]',
    'a()',
    '1a',
    'a.1',
    'a[-1]',
    'a;b',
    'a"b"',
    'ab[0]c',
  ])('rejects %j with the position', (text) => {
    expect(() => parsePathKeys(text)).toThrow(expect.objectContaining({ code: 'bad_request' }));
  });

  it('reads back the output of formatPathKeys', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 6 }), (keys) => {
        expect(parsePathKeys(formatPathKeys(keys))).toEqual(keys);
      }),
    );
  });
});
