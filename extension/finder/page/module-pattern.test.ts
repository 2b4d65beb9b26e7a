import { expect, it } from 'vitest';
import { modulePattern } from './module-pattern.ts';

it.each([
  ['https://shop.example/assets/order-sign-D16pJbMX.js', '/assets/order-sign-*.js'],
  ['https://shop.example/chunk-FXOPZB7N.js', '/chunk-*.js'],
  ['https://shop.example/main.789dff02.js?v=3#x', '/main.*.js'],
  ['https://shop.example/src/checkout.js', '/src/checkout.js'],
  ['https://shop.example/v2/checkout-page.js', '/v2/checkout-page.js'],
  ['https://cdn.example/lib/index-s372jFWe.mjs', 'https://cdn.example/lib/index-*.mjs'],
  ['https://shop.example/789dff02.js', '/789dff02.js'],
  ['https://alice:s3cret@shop.example/src/checkout.js', '/src/checkout.js'],
  ['https://alice:s3cret@cdn.example/src/checkout.js', 'https://cdn.example/src/checkout.js'],
])('%s → %s', (url, pattern) => {
  expect(modulePattern(url, 'https://shop.example')).toBe(pattern);
});
