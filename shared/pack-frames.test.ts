import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_BATCH_BYTES } from './limits.ts';
import { isLargerThan, packFrames } from './pack-frames.ts';

describe('packFrames', () => {
  it('sends one message without an array and several as one, in order', () => {
    expect(packFrames([])).toEqual([]);
    expect(packFrames(['{"a":1}'])).toEqual(['{"a":1}']);
    expect(packFrames(['1', '2', '3'])).toEqual(['[1,2,3]']);
  });

  it('sends a message larger than a batch alone', () => {
    const large = JSON.stringify('x'.repeat(MAX_BATCH_BYTES));
    expect(packFrames(['1', '2', large, '3'])).toEqual(['[1,2]', large, '3']);
  });

  it('limits the size of each batch', () => {
    const texts = Array.from({ length: 40 }, () => JSON.stringify('加'.repeat(20_000)));
    const frames = packFrames(texts);
    expect(frames.flatMap((frame) => JSON.parse(frame))).toEqual(texts.map((text) => JSON.parse(text)));
    expect(Math.max(...frames.map((frame) => Buffer.byteLength(frame)))).toBeLessThanOrEqual(MAX_BATCH_BYTES);
  });
});

describe('isLargerThan', () => {
  it('agrees with the real size of any well-formed text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 50 }), fc.nat(200), (text, limit) => {
        expect(isLargerThan(text, limit)).toBe(Buffer.byteLength(text) > limit);
      }),
    );
  });
});
