import { expect, it } from 'vitest';
import { matchesUrl } from './matches-url.ts';

it.each([
  ['https://shop.example/main.js', 'https://shop.example/main.js', true],
  ['/main.js', 'https://shop.example/main.js', true],
  ['main.js', 'https://shop.example/main.js?v=2', true],
  ['main.js?v=2', 'https://shop.example/main.js?v=2', true],
  ['main.js?v=1', 'https://shop.example/main.js?v=2', false],
  ['main.js?*', 'https://shop.example/main.js?v=2#top', true],
  ['main.js', 'https://shop.example/main.js#top', true],
  ['/assets/sign-*.js', 'https://shop.example/assets/sign-D16pJbMX.js', true],
  ['/assets/*-*.js', 'https://shop.example/assets/sign-D16p.JbMX.js', true],
  ['/assets/sign-*.js', 'https://shop.example/assets/main-D16pJbMX.js', false],
  ['/assets/sign-*.js', 'https://shop.example/assets/sign-D16pJbMX.css', false],
  ['aab', 'https://shop.example/aaab', true],
  ['*', 'https://shop.example/', true],
  ['a*', 'https://shop.example/abc', true],
  ['main.js', 'https://shop.example/main.jsx', false],
  ['https://shop.example/main.js', 'https://alice:s3cret@shop.example/main.js', true],
  ['longer than the text', 'a', false],
])('%s and %s: %s', (pattern, url, expected) => {
  expect(matchesUrl(pattern, url)).toBe(expected);
});
