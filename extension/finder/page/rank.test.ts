import { expect, it } from 'vitest';
import { rank } from './rank.ts';

const score = (path: string, source = '', name = '') => rank(path.split('.'), name, source).score;
const reasons = (path: string, source = '', name = '') => rank(path.split('.'), name, source).reasons;

it.each([
  ['shop.encrypt', 'shop.render'],
  ['shop.doEncrypt', 'shop.doRender'],
  ['api.getSign', 'api.getUser'],
  ['api.get_sign', 'api.get_user'],
  ['lib.hexMD5', 'lib.hexText'],
  ['lib.SM3', 'lib.S3'],
  ['lib.AESEncrypt', 'lib.EMAScript'],
  ['crypto.pad', 'layout.pad'],
  ['shop.encrypt', 'encrypt.shop'],
  ['shop.encrypt', 'shop.token'],
])('ranks the name %s above %s', (better, worse) => {
  expect(score(better)).toBeGreaterThan(score(worse));
});

it.each([
  'ui.design',
  'user.signIn',
  'user.sign_up',
  'SignOutButton',
  'parse.tokenizer',
  'draw.canvases',
  'dom.assign',
])('sees nothing in the name %s', (path) => {
  expect(score(path)).toBe(0);
});

it('uses the name of the function if its key says nothing', () => {
  expect(reasons('a.b', '', 'encryptOrder')).toEqual([{ kind: 'name', what: 'encrypt' }]);
});

it.each([
  ['MD5', 'a=1732584193,b=-271733879'],
  ['MD5', 'let a = 0x67452301'],
  ['SHA-1', 'k=[1518500249,1859775393]'],
  ['SHA-256', 'H=[0x6a09e667, 0xbb67ae85]'],
  ['SM3', 'v=[1937774191,1226093241]'],
  ['SM4', 'FK=[0xa3b1bac6,0x56aa3350]'],
  ['AES', 'S=[99,124,119,123,242]'],
  ['DES', 'p=[58, 50, 42, 34, 26, 18]'],
  ['TEA', 's+=2654435769'],
  ['CryptoJS', 'return CryptoJS.AES.encrypt(t,k).toString()'],
  ['crypto.subtle', 'await window.crypto.subtle.sign("HMAC",k,t)'],
  ['RSA', 'n=new JSEncrypt;n.setPublicKey(k)'],
  ['base64', '"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="'],
])('knows %s by its source', (what, source) => {
  expect(reasons('a', `function(t){${source}}`)).toContainEqual({ kind: 'source', what });
  expect(score('a', source)).toBeGreaterThan(score('a', 'function(t){return t+1}'));
});

it('reads only the beginning of a very long source', () => {
  expect(score('a', `${'x;'.repeat(20_000)}1732584193`)).toBe(0);
});

it('gives only a few reasons for any source', () => {
  const all = '0x67452301 1518500249 0x6a09e667 0x7380166f 0xa3b1bac6 0x9e3779b9 CryptoJS subtle JSEncrypt ^^^^^^^';
  expect(reasons('shop.encrypt', all).length).toBeLessThanOrEqual(6);
});
