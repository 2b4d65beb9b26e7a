import { expect, it } from 'vitest';
import { integrityLinks } from './integrity-links.ts';

const PAGE = 'https://shop.test/orders/1';
const checked = (...values: string[]) =>
  integrityLinks(
    PAGE,
    values.map((value) => ({ name: 'Link', value })),
  );

it('finds preloaded scripts with integrity', () => {
  expect(checked('<app.js>; rel=preload; as=script; integrity="sha256-a,b;c"')).toEqual([
    'https://shop.test/orders/app.js',
  ]);
  expect(
    checked(
      '</a.js>;REL="x modulepreload" ; Integrity=sha256-a , </b.js>; rel=modulepreload; integrity="sha256-b"',
      '<https://cdn.test/c,d.js>; rel=preload; integrity="sha256-\\"c"',
    ),
  ).toEqual(['https://shop.test/a.js', 'https://shop.test/b.js', 'https://cdn.test/c,d.js']);
});

it.each([
  '</a.js>; rel=preload; as=script',
  '</a.js>; rel=preload; integrity=""',
  '</a.css>; rel=stylesheet; integrity="sha256-a"',
  '<http://[>; rel=preload; integrity="sha256-a"',
  'no link',
])('finds none in %s', (value) => {
  expect(checked(value)).toEqual([]);
});
