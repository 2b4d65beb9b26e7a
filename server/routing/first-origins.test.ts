import { expect, it } from 'vitest';
import { FirstOrigins } from './first-origins.ts';

it('keeps the first Origin while somebody serves, remembers it afterwards, and forgets the oldest of too many', () => {
  const origins = new FirstOrigins();
  origins.seen('present', 'https://a.example');
  origins.seen('left', 'https://a.example');
  origins.left('left');
  for (let index = 0; index < 9_999; index++) {
    origins.seen(`other ${index}`, 'https://b.example');
    origins.left(`other ${index}`);
  }
  origins.seen('left', 'https://c.example');
  expect(origins.of('left')).toBe('https://a.example');
  origins.left('left');
  for (let index = 0; index < 10_000; index++) {
    origins.seen(`more ${index}`, 'https://b.example');
    origins.left(`more ${index}`);
  }
  origins.seen('left', 'https://c.example');
  expect(origins.of('left')).toBe('https://c.example');
  expect(origins.of('present')).toBe('https://a.example');
});
