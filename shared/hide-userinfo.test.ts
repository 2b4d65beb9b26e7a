import { expect, it } from 'vitest';
import { hideUserinfo } from './hide-userinfo.ts';

it.each([
  ['no URL in it', 'no URL in it'],
  ['at f (http://alice:s3cret@shop.test/lab.js:7:1)', 'at f (http://shop.test/lab.js:7:1)'],
  [
    'f@http://alice:s3cret@shop.test/a.js:1\ng@https://bob@shop.test/b.js',
    'f@http://shop.test/a.js:1\ng@https://shop.test/b.js',
  ],
  ['f@http://shop.test/a@b.js, mail me@shop.test', 'f@http://shop.test/a@b.js, mail me@shop.test'],
  ['http://shop.test?to=me@shop.test', 'http://shop.test?to=me@shop.test'],
])('%s', (text, shown) => {
  expect(hideUserinfo(text)).toBe(shown);
});

it('takes linear time on any text', () => {
  const text = '://a'.repeat(250_000);
  const startedAt = performance.now();
  expect(hideUserinfo(text)).toBe(text);
  expect(hideUserinfo(`:${'/'.repeat(1_000_000)}`)).toHaveLength(1_000_001);
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});
