import { expect, it } from 'vitest';
import { guessCapture } from './guess-capture.ts';
import { entryForStep, entryForWay } from './guessed-entry.ts';

const URL = 'https://shop.test/app.js';
const TEXT = 'function outer(){class Signer{sign(t){return t+1}}}';
const { functions } = guessCapture(new Map([[URL, TEXT]]), URL, TEXT.indexOf('t+1'));
const [sign, outer] = functions as [(typeof functions)[number], (typeof functions)[number]];

it('is that of the function that was stepped to', () => {
  expect(entryForStep(sign.entry, sign, outer)).toEqual(outer.entry);
});

it('keeps a name that was typed, and the breakpoint', () => {
  const entry = { ...sign.entry, name: 'mine', breakpoint: true, expression: 'this.sign' };
  expect(entryForStep(entry, sign, outer)).toEqual({
    ...outer.entry,
    name: 'mine',
    breakpoint: true,
    expression: 'outer',
  });
});

it('has the expression that a breakpoint needs, and none without', () => {
  const withBreakpoint = entryForWay(sign.entry, sign, true);
  expect(withBreakpoint).toEqual({ ...sign.entry, breakpoint: true, expression: 'this.sign' });
  expect(entryForWay(withBreakpoint, sign, false)).toEqual(sign.entry);
});

it('keeps an expression that was typed', () => {
  const entry = { ...sign.entry, expression: 't => sign(t)' };
  expect(entryForWay(entry, sign, true)).toEqual({ ...entry, breakpoint: true });
  expect(entryForWay(entry, undefined, true)).toEqual({ ...entry, breakpoint: true });
});
