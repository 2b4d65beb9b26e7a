import { expect, it } from 'vitest';
import { isStillOpen, openedAt, siteToAddTo } from './finder-target.ts';

const SHOP = 'https://shop.test';

it.each([
  ['another address of the site', SHOP, `${SHOP}/cart`, `${SHOP}/pay`, true],
  ['another site', SHOP, `${SHOP}/cart`, 'https://pay.test/', false],
  ['another port', SHOP, `${SHOP}/cart`, `${SHOP}:8443/`, false],
  ['a page whose URL the browser hides', SHOP, `${SHOP}/cart`, undefined, false],
  ['the page of a frame of the site', SHOP, 'https://mall.test/', 'https://mall.test/x', true],
  ['an unknown URL then and now', SHOP, undefined, undefined, true],
  ['an unknown URL then, and another site now', SHOP, undefined, 'https://pay.test/', false],
  [
    'an unknown URL then, and a page of the pattern now',
    'https://*.shop.test',
    undefined,
    'https://eu.shop.test/',
    true,
  ],
])('is recognised: %s', (_what, pattern, then, now, is) => {
  expect(isStillOpen(openedAt(pattern, then), now)).toBe(is);
});

it('adds to its own site if the function belongs to it, otherwise to another site of the function, otherwise to none', () => {
  const listed = [SHOP, 'https://pay.test:443'];
  expect(siteToAddTo(SHOP, listed, [SHOP])).toBe(SHOP);
  expect(siteToAddTo(SHOP, listed, ['https://pay.test'])).toBe('https://pay.test:443');
  expect(siteToAddTo(SHOP, listed, [])).toBeUndefined();
});
