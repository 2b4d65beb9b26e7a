import { expect, it } from 'vitest';
import { matchesScript } from './matches-script.ts';

const URL = 'https://cdn.test/assets/app-4f2a.js?v=3#x';

it.each([
  '/assets/app-4f2a.js',
  'app-*.js',
  '*/app-*.js',
  URL.slice(0, -2),
  'https://cdn.test/assets/app-*.js',
  'https://*/app-*.js',
  '*',
  '.js?v=*',
])('takes %s for it', (pattern) => {
  expect(matchesScript(pattern, URL)).toBe(true);
});

it('takes no userinfo for a part of the URL', () => {
  expect(matchesScript('https://cdn.test/app.js', 'https://alice:s3cret@cdn.test/app.js')).toBe(true);
});

it.each([
  'app',
  'app-*.mjs',
  '/other/app-*.js',
  'https://other.test/assets/app-*.js',
  '.js?v=4',
  'http://cdn.test/assets/app-*.js',
])('does not take %s for it', (pattern) => {
  expect(matchesScript(pattern, URL)).toBe(false);
});
