import { expect, it } from 'vitest';
import { publicUrl } from './public-url.ts';

it.each([
  ['https://shop.test/cart?key=1#x', 'https://shop.test/cart'],
  ['http://alice:s3cret@shop.test/cart', 'http://shop.test/cart'],
  ['http://alice@shop.test:81', 'http://shop.test:81'],
  ['http://alice:p@ss@shop.test/a@b', 'http://shop.test/a@b'],
  ['http://shop.test/?next=http://alice:s3cret@shop.test/', 'http://shop.test/'],
  ['http://shop.test/u/alice@shop', 'http://shop.test/u/alice@shop'],
])('shows %s to callers as %s', (url, seen) => {
  expect(publicUrl(url)).toBe(seen);
});
