import { describe, expect, it } from 'vitest';
import { formatSitePattern, matchPattern, parseSitePattern, siteMatches, siteOfUrl } from './site-pattern.ts';

describe('parseSitePattern', () => {
  it.each([
    ['https://shop.example', 'https://shop.example'],
    ['HTTPS://Shop.Example/', 'https://shop.example'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['https://shop.example:443', 'https://shop.example'],
    ['https://*.shop.example:*', 'https://*.shop.example:*'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
    ['https://bücher.example', 'https://xn--bcher-kva.example'],
  ])('reads %s', (text, formatted) => {
    expect(formatSitePattern(parseSitePattern(text))).toBe(formatted);
  });

  it.each([
    '',
    'shop.example',
    'ftp://a.test',
    'https://',
    'https://a.test/path',
    'https://*',
    'https://a.*.test',
    'https://u@a.test',
    'https://evil.test\\.shop.example',
    'https:\\\\evil.test',
    'https://%65vil.test',
  ])('refuses %j', (text) => {
    expect(() => parseSitePattern(text)).toThrow(expect.objectContaining({ code: 'bad_request' }));
  });
});

describe('siteMatches', () => {
  it.each([
    ['https://shop.example', 'https://shop.example/cart?x#y', true],
    ['https://shop.example', 'http://shop.example/', false],
    ['https://shop.example', 'https://shop.example:8443/', false],
    ['https://shop.example', 'https://a.shop.example/', false],
    ['https://shop.example', 'https://shop.example.evil.test/', false],
    ['https://shop.example:*', 'https://shop.example:8443/', true],
    ['https://*.shop.example', 'https://a.b.shop.example/', true],
    ['https://*.shop.example', 'https://shop.example/', true],
    ['https://*.shop.example', 'https://notshop.example/', false],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080/x', true],
    ['https://shop.example', 'about:blank', false],
    ['https://shop.example', 'nonsense', false],
  ])('%s and %s: %s', (pattern, url, matches) => {
    expect(siteMatches(parseSitePattern(pattern), url)).toBe(matches);
  });
});

it('makes the pattern of exactly one origin', () => {
  const site = siteOfUrl('http://127.0.0.1:8080/cart?x');
  expect(site && formatSitePattern(site)).toBe('http://127.0.0.1:8080');
  expect(siteOfUrl('chrome://extensions')).toBeUndefined();
});

it('asks the browser for every port of the host, because match patterns have no ports', () => {
  expect(matchPattern(parseSitePattern('http://127.0.0.1:8080'))).toBe('http://127.0.0.1/*');
  expect(matchPattern(parseSitePattern('https://*.shop.example'))).toBe('https://*.shop.example/*');
});
