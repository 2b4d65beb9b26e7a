import { beforeEach, expect, it } from 'vitest';
import type { Capture } from '../../sites/capture-schema.ts';
import { CaptureOutcomes, type ScriptOutcome } from './capture-outcomes.ts';

const CAPTURE: Capture = { name: 'sign', script: '/app-*.js', at: { text: 'function t(' }, expression: 't' };
const TAB = 1;

const placed = (script: string): ScriptOutcome => ({ kind: 'placed', line: 1, column: 7, script });
const gone = (script: string): ScriptOutcome => ({ kind: 'not-matched', several: false, nearest: [], script });

let outcomes: CaptureOutcomes;
beforeEach(() => {
  outcomes = new CaptureOutcomes();
});

it('has no outcome for a capture whose script was not loaded', () => {
  outcomes.record(TAB, { ...CAPTURE, name: 'other' }, placed('a.js'));
  expect(outcomes.of(TAB, CAPTURE)).toBeUndefined();
});

it('keeps the outcomes of each tab apart', () => {
  outcomes.record(TAB, CAPTURE, placed('a.js'));
  outcomes.record(2, CAPTURE, gone('a.js'));
  expect([outcomes.of(TAB, CAPTURE), outcomes.of(2, CAPTURE)]).toEqual([placed('a.js'), gone('a.js')]);
});

it('prefers the script with the capture to others that match its pattern', () => {
  outcomes.record(TAB, CAPTURE, gone('app-1.js'));
  outcomes.record(TAB, CAPTURE, placed('app-2.js'));
  outcomes.record(TAB, CAPTURE, gone('app-3.js'));
  expect(outcomes.of(TAB, CAPTURE)).toEqual(placed('app-2.js'));
});

it('prefers the newest script, with or without the capture', () => {
  outcomes.record(TAB, CAPTURE, gone('app-1.js'));
  outcomes.record(TAB, CAPTURE, gone('app-2.js'));
  expect(outcomes.of(TAB, CAPTURE)).toEqual(gone('app-2.js'));
  outcomes.record(TAB, CAPTURE, placed('app-3.js'));
  outcomes.record(TAB, CAPTURE, placed('app-4.js'));
  expect(outcomes.of(TAB, CAPTURE)).toEqual(placed('app-4.js'));
});

it('has no outcome for an edited capture until its script is loaded again', () => {
  outcomes.record(TAB, CAPTURE, placed('a.js'));
  const edited = { ...CAPTURE, expression: 'e' };
  expect(outcomes.of(TAB, edited)).toBeUndefined();
  outcomes.record(TAB, edited, gone('a.js'));
  expect(outcomes.of(TAB, edited)).toEqual(gone('a.js'));
});

it('forgets only the tab whose page is gone', () => {
  outcomes.record(TAB, CAPTURE, placed('a.js'));
  outcomes.record(2, CAPTURE, placed('a.js'));
  outcomes.tabGone(TAB);
  expect([outcomes.of(TAB, CAPTURE), outcomes.of(2, CAPTURE)]).toEqual([undefined, placed('a.js')]);
});

it('reuses the outcome of a script that runs again without interception', () => {
  outcomes.record(TAB, CAPTURE, placed('a.js'));
  outcomes.pageLeft(TAB);
  outcomes.pageLeft(TAB);
  expect(outcomes.of(TAB, CAPTURE)).toBeUndefined();
  expect(outcomes.ofEarlier(TAB, CAPTURE, 'a.js')).toEqual(placed('a.js'));
  expect(outcomes.ofEarlier(TAB, CAPTURE, 'b.js')).toBeUndefined();
  expect(outcomes.ofEarlier(TAB, { ...CAPTURE, expression: 'e' }, 'a.js')).toBeUndefined();
  expect(outcomes.ofEarlier(2, CAPTURE, 'a.js')).toBeUndefined();
  outcomes.tabGone(TAB);
  expect(outcomes.ofEarlier(TAB, CAPTURE, 'a.js')).toBeUndefined();
});
