import { describe, expect, it } from 'vitest';
import { matchesPattern, patternOf, patternsOf } from './script-pattern.ts';

const ORIGIN = 'https://shop.example';

/** File names as build tools write them, with the pattern that matches their later versions. */
const NAMES: readonly (readonly [tool: string, path: string, pattern: string])[] = [
  ['Vite', '/assets/order-sign-D16pJbMX.js', '/assets/order-sign-*.js'],
  ['Vite, no digit', '/assets/index-BvQwErTy.js', '/assets/index-*.js'],
  ['Vite, a hash with separators', '/assets/index-B_x-9k2a.js', '/assets/index-*.js'],
  ['Vite, a hash that starts with one', '/assets/index--aB3_x9k.js', '/assets/index-*.js'],
  ['Vite, legacy', '/assets/index-legacy-D16pJbMX.js', '/assets/index-legacy-*.js'],
  ['Rollup', '/lib/index-s372jFWe.mjs', '/lib/index-*.mjs'],
  ['esbuild', '/chunk-FXOPZB7N.js', '/chunk-*.js'],
  ['esbuild, no digit', '/chunk-ABJURGQA.js', '/chunk-*.js'],
  ['Angular', '/main.789dff0212ab34cd.js', '/main.*.js'],
  ['Angular, esbuild', '/main-ABJURGQA.js', '/main-*.js'],
  ['webpack', '/main.789dff02.js?v=3#x', '/main.*.js'],
  ['webpack, chunk', '/static/js/2.5f6e7d8c.chunk.js', '/static/js/2.*.chunk.js'],
  ['webpack, whole name', '/js/789dff0212ab34cd5e6f.js', '/js/*.js'],
  ['Vue CLI', '/js/chunk-vendors.5f6e7d8c.js', '/js/chunk-vendors.*.js'],
  ['Vue CLI, a chunk named by a hash', '/js/chunk-68def6fe.f51c337e.js', '/js/chunk-68def6fe.*.js'],
  ['umi', '/p__index.5a3f9c1b.async.js', '/p__index.*.async.js'],
  ['Next', '/_next/static/chunks/fd9d1056-0c82cae9a8e1e1de.js', '/_next/static/chunks/fd9d1056-*.js'],
  ['Next, page', '/_next/static/chunks/pages/_app-0c82cae9a8e1e1de.js', '/_next/static/chunks/pages/_app-*.js'],
  ['Next, build', '/_next/static/Rk3vUeqOa2pQ_xT1b-9yZ/_buildManifest.js', '/_next/static/*/_buildManifest.js'],
  ['Turbopack', '/_next/static/chunks/1yopikgz5myc5.js', '/_next/static/chunks/*.js'],
  ['Nuxt', '/_nuxt/BxYZ12ab.js', '/_nuxt/*.js'],
  ['Nuxt, no digit', '/_nuxt/CqXwVbNm.js', '/_nuxt/*.js'],
  ['Nuxt, entry', '/_nuxt/entry.3f2a91bc.js', '/_nuxt/entry.*.js'],
  ['SvelteKit', '/_app/immutable/chunks/DKwxyzP3.js', '/_app/immutable/chunks/*.js'],
  ['Parcel', '/src.6a3b2f1e.js', '/src.*.js'],
  ['Ember', '/assets/chunk.143.3a4f5b6c7d8e9f0a1b2c.js', '/assets/chunk.143.*.js'],
  ['Ember, MD5', '/assets/app-9e107d9d372bb6826bd81d3542a419d6.js', '/assets/app-*.js'],
  [
    'Sprockets',
    '/assets/application-e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855.js',
    '/assets/application-*.js',
  ],
  ['Gatsby', '/component---src-pages-index-js-0c82cae9a8e1e1de0c82.js', '/component---src-pages-index-js-*.js'],
  ['Module Federation', '/remoteEntry.5f6e7d8c.js', '/remoteEntry.*.js'],
  ['a folder of a release', '/3f4e5d6c7b8a9012/app.js', '/*/app.js'],
  ['another origin', 'https://cdn.example/lib/index-s372jFWe.mjs', 'https://cdn.example/lib/index-*.mjs'],
];

/** Names in which nothing changes with a release. */
const WORDS = [
  '/src/checkout.js',
  '/v2/checkout-page.js',
  '/date-picker.js',
  '/DatePicker.js',
  '/app-settings.js',
  '/index-settings.js',
  '/vendor-DatePick.js',
  '/polyfills-es2015.js',
  '/jquery-3.7.1.min.js',
  '/jquery3.js',
  '/crypto-js/aes.js',
  '/sm-crypto.js',
  '/sha256.js',
  '/js-sha3-256.js',
  '/md5-hash.js',
  '/md5-8.js',
  '/base64.min.js',
  '/jsencrypt.min.js',
  '/USER_SETTINGS.js',
  '/facade.js',
  '/chunk-vendors.js',
  '/remoteEntry.js',
  '/0.js',
  '/144.js',
];

describe('the pattern of a script', () => {
  it.each(NAMES)('of %s: %s → %s', (_tool, path, pattern) => {
    const url = path.startsWith('/') ? `${ORIGIN}${path}` : path;
    expect(patternsOf(url, ORIGIN)[0]).toBe(pattern);
    expect(matchesPattern(pattern, url)).toBe(true);
  });

  it.each(WORDS)('keeps %s', (path) => {
    expect(patternsOf(`${ORIGIN}${path}`, ORIGIN)).toEqual([path]);
  });

  it.each([
    ['none', '/assets/sign-D16pJbMX.js', '/assets/index-D16pJbMX.js', '/assets/sign-*.js'],
    ['a script in the same folder', '/_nuxt/BxYZ12ab.js', '/_nuxt/CqXwVbNm.js', '/_nuxt/BxYZ12ab.js'],
    ['a script with another query', '/load.php?mod=a', '/load.php?mod=b', '/load.php?mod=a'],
    ['itself alone', '/main.789dff02.js', '/main.789dff02.js', '/main.*.js'],
  ])('is the most general one that does not match another script: %s', (_what, path, other, pattern) => {
    expect(patternOf(`${ORIGIN}${path}`, ORIGIN, [`${ORIGIN}${path}`, `${ORIGIN}${other}`])).toBe(pattern);
  });

  it('has no userinfo', () => {
    expect(patternsOf('https://alice:s3cret@shop.example/a.js', ORIGIN)).toEqual(['/a.js']);
    expect(patternsOf('https://alice:s3cret@cdn.example/a.js')).toEqual(['https://cdn.example/a.js']);
  });
});

describe('a pattern', () => {
  it.each([
    ['https://shop.example/main.js', 'https://shop.example/main.js', true],
    ['/main.js', 'https://shop.example/main.js', true],
    ['main.js', 'https://shop.example/main.js?v=2', true],
    ['main.js?v=2', 'https://shop.example/main.js?v=2', true],
    ['main.js?v=1', 'https://shop.example/main.js?v=2', false],
    ['main.js?*', 'https://shop.example/main.js?v=2#top', true],
    ['.js?v=*', 'https://shop.example/main.js?v=2#top', true],
    ['main.js', 'https://shop.example/main.js#top', true],
    ['/assets/sign-*.js', 'https://shop.example/assets/sign-D16pJbMX.js', true],
    ['/assets/*-*.js', 'https://shop.example/assets/sign-D16p.JbMX.js', true],
    ['*/app-*.js', 'https://shop.example/assets/app-4f2a.js', true],
    ['https://*/app-*.js', 'https://shop.example/assets/app-4f2a.js', true],
    ['/assets/sign-*.js', 'https://shop.example/assets/main-D16pJbMX.js', false],
    ['/assets/sign-*.js', 'https://shop.example/assets/sign-D16pJbMX.css', false],
    ['https://other.example/main.js', 'https://shop.example/main.js', false],
    ['http://shop.example/main.js', 'https://shop.example/main.js', false],
    ['http://b.example/', 'https://shop.example/http://b.example/', false],
    ['aab', 'https://shop.example/aaab', true],
    ['*', 'https://shop.example/', true],
    ['a*', 'https://shop.example/abc', true],
    ['main.js', 'https://shop.example/main.jsx', false],
    ['https://shop.example/main.js', 'https://alice:s3cret@shop.example/main.js', true],
    ['longer than the text', 'a', false],
  ])('%s and %s: %s', (pattern, url, expected) => {
    expect(matchesPattern(pattern, url)).toBe(expected);
  });
});
