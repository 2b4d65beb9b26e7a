import { expect, it } from 'vitest';
import { Redirects } from './redirects.ts';

const LATEST = 'https://shop.test/latest.js';
const CDN = 'https://cdn.test/app.js';
const FINAL = 'https://cdn.test/app-2.js';

it('knows a script by all the URLs that lead to it', () => {
  const redirects = new Redirects();
  expect(redirects.note(LATEST, CDN)).toBe(CDN);
  expect(redirects.note(CDN, '/app-2.js#top')).toBe(FINAL);
  expect(redirects.namesOf(FINAL)).toEqual([FINAL, CDN, LATEST]);
  expect(redirects.wayOf(LATEST)).toEqual([LATEST, CDN, FINAL]);
  expect(redirects.targetsOf((url) => url.endsWith('/latest.js'))).toEqual([CDN, FINAL]);
});

it('comes to an end where the way goes round', () => {
  const redirects = new Redirects();
  redirects.note(CDN, FINAL);
  redirects.note(FINAL, CDN);
  expect(redirects.namesOf(CDN)).toEqual([CDN, FINAL]);
  expect(redirects.wayOf(CDN)).toEqual([CDN, FINAL]);
});

it('forgets the oldest of very many', () => {
  const redirects = new Redirects();
  for (let index = 0; index < 600; index++) redirects.note(`https://shop.test/${index}`, CDN);
  expect(redirects.namesOf(CDN)).toHaveLength(501);
  expect(redirects.wayOf('https://shop.test/0')).toEqual(['https://shop.test/0']);
});

it('takes no location that is none', () => {
  expect(new Redirects().note(LATEST, 'https://')).toBeUndefined();
});
