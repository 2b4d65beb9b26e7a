import { expect, it } from 'vitest';
import { HeldFrames } from './held-frames.ts';

it('returns frames in order while more are added', () => {
  const held = new HeldFrames<string>();
  const taken: (string | undefined)[] = [];
  held.add(['0']);
  for (let number = 1; number < 5_000; number++) {
    held.add([`${number}`]);
    taken.push(held.take());
  }
  expect(taken).toEqual(Array.from({ length: 4_999 }, (_, number) => `${number}`));
  expect([held.length, held.isEmpty]).toEqual([4, false]);
  expect([held.take(), held.take(), held.length, held.isEmpty]).toEqual(['4999', undefined, 0, true]);
});

it('is empty once cleared', () => {
  const held = new HeldFrames<string>();
  held.add(['a', 'b']);
  held.take();
  held.clear();
  expect([held.take(), held.length, held.isEmpty]).toEqual([undefined, 0, true]);
});
