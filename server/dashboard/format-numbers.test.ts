import { expect, it } from 'vitest';
import { formatMs, formatRate } from './format-numbers.ts';

it.each([
  [0, '0 ms'],
  [0.456, '0.46 ms'],
  [12.34, '12.3 ms'],
  [999.6, '1,000 ms'],
  [1_234, '1.23 s'],
  [90_000, '1.5 min'],
])('%d ms are %s', (ms, text) => {
  expect(formatMs(ms, 'en')).toBe(text);
});

it('formats rates for the language', () => {
  expect([formatRate(123_456.7, 'en'), formatRate(0.5, 'de')]).toEqual(['123,457', '0,5']);
});
