import { describe, expect, it } from 'vitest';
import { isTooComplex } from './json-shape.ts';

const many = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, at) => text(at)).join();

describe('isTooComplex', () => {
  it.each([
    ['a long string', JSON.stringify('[{"a":1}]'.repeat(1e6))],
    ['a table of a million cells', `[${many(1e5, (row) => JSON.stringify({ a: row, b: 'x', c: 1, d: 2, e: 3 }))}]`],
    ['a million numbers', `[${'1,'.repeat(1e6)}1]`],
    ['50,000 entries by name', `{${many(5e4, (at) => `"entry ${at}" : 1`)}}`],
    ['what is no JSON', '"\\'.repeat(1e6)],
  ])('lets pass %s', (_what, text) => {
    expect(isTooComplex(text)).toBe(false);
  });

  it.each([
    ['millions of numbers', `[${'1,'.repeat(3e6)}1]`],
    ['a million objects', `[${'{},'.repeat(1e6)}{}]`],
    ['arrays within arrays', `[${many(2_000, () => '['.repeat(490) + ']'.repeat(490))}]`],
    ['an object of 200,000 names', `{${many(2e5, (at) => `"k${at}":0`)}}`],
    ['200,000 objects of a name each', `[${many(2e5, (at) => `{"k${at}"\n:0}`)}]`],
  ])('stops %s', (_what, text) => {
    expect(isTooComplex(text)).toBe(true);
  });
});
