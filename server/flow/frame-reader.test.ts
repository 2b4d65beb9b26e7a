import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nesting } from '../../shared/json-text.ts';
import { readFrame } from './frame-reader.ts';

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

describe('nesting', () => {
  it('is measured as in the parsed value, whatever its strings contain', () => {
    const { json } = fc.letrec((tie) => ({
      json: fc.oneof(
        { maxDepth: 6 },
        fc.string({ unit: fc.constantFrom('[', ']', '{', '}', '"', '\\', 'a', '\u2028') }),
        fc.array(tie('json')),
        fc.dictionary(fc.string({ unit: fc.constantFrom('[', '"', '\\') }), tie('json')),
      ),
    }));
    fc.assert(
      fc.property(json, (value) => {
        expect(nesting(JSON.stringify(value))).toBe(depthOf(value));
      }),
    );
  });

  it('is measured in invalid JSON too, in linear time', () => {
    expect(nesting('[[{"')).toBe(3);
    expect(nesting('"\\"[[')).toBe(0);
    expect(nesting('['.repeat(8_000_000))).toBe(8_000_000);
    expect(nesting('\\'.repeat(8_000_000))).toBe(0);
  });
});

describe('readFrame', () => {
  it.each([
    ['nests so deep that parsing it would block the process', `{"a":${'['.repeat(400_000)}${']'.repeat(400_000)}}`],
    ['has more messages than any batch', `[${'1,'.repeat(70_000)}1]`],
  ])('rejects a frame that %s', (_what, text) => {
    expect(() => readFrame(Buffer.from(text))).toThrow(expect.objectContaining({ code: 'bad_request' }));
  });
});
