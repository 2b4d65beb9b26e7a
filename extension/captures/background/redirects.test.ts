import { expect, it } from 'vitest';
import { Redirects } from './redirects.ts';

const LATEST = 'https://shop.test/latest.js';
const CDN = 'https://cdn.test/app.js';
const FINAL = 'https://cdn.test/app-2.js';

it('finds a script by all the URLs that redirect to it', () => {
  const redirects = new Redirects();
  expect(redirects.record(LATEST, CDN)).toBe(CDN);
  expect(redirects.record(CDN, '/app-2.js#top')).toBe(FINAL);
  expect(redirects.sourcesOf(FINAL)).toEqual([FINAL, CDN, LATEST]);
  expect(redirects.chainOf(LATEST)).toEqual([LATEST, CDN, FINAL]);
  expect(redirects.targetsOf((url) => url.endsWith('/latest.js'))).toEqual([CDN, FINAL]);
});

it('ends for a redirect loop', () => {
  const redirects = new Redirects();
  redirects.record(CDN, FINAL);
  redirects.record(FINAL, CDN);
  expect(redirects.sourcesOf(CDN)).toEqual([CDN, FINAL]);
  expect(redirects.chainOf(CDN)).toEqual([CDN, FINAL]);
});

it('forgets the oldest of many redirects', () => {
  const redirects = new Redirects();
  for (let index = 0; index < 600; index++) redirects.record(`https://shop.test/${index}`, CDN);
  expect(redirects.sourcesOf(CDN)).toHaveLength(501);
  expect(redirects.chainOf('https://shop.test/0')).toEqual(['https://shop.test/0']);
});

it('ignores an invalid location', () => {
  expect(new Redirects().record(LATEST, 'https://')).toBeUndefined();
});
