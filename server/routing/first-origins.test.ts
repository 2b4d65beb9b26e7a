import { expect, it } from 'vitest';
import { FirstOrigins } from './first-origins.ts';

it('keeps the first Origin while it serves and afterwards', () => {
  const origins = new FirstOrigins();
  origins.seen('shop', 'https://a.example');
  origins.left('shop');
  for (let index = 0; index < 60_000; index++) {
    origins.seen(`flood ${index}`, 'https://b.example');
    origins.left(`flood ${index}`);
  }
  origins.seen('shop', 'https://b.example');
  expect(origins.of('shop')).toBe('https://a.example');
});
