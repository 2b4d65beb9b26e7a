import { beforeEach, expect, it } from 'vitest';
import type { Capture } from '../../sites/capture-schema.ts';
import { CaptureBoard, type SeenPassing } from './capture-outcomes.ts';

const CAPTURE: Capture = { name: 'sign', script: '/app-*.js', at: { text: 'function t(' }, expression: 't' };
const TAB = 1;

const placed = (script: string): SeenPassing => ({ kind: 'placed', line: 1, column: 7, script });
const gone = (script: string): SeenPassing => ({ kind: 'not-matched', several: false, nearest: [], script });

let board: CaptureBoard;
beforeEach(() => {
  board = new CaptureBoard();
});

it('knows nothing of a capture whose script has not passed', () => {
  board.note(TAB, { ...CAPTURE, name: 'other' }, placed('a.js'));
  expect(board.of(TAB, CAPTURE)).toBeUndefined();
});

it('tells of each tab what passed there', () => {
  board.note(TAB, CAPTURE, placed('a.js'));
  board.note(2, CAPTURE, gone('a.js'));
  expect([board.of(TAB, CAPTURE), board.of(2, CAPTURE)]).toEqual([placed('a.js'), gone('a.js')]);
});

it('goes by the script that keeps the value, where others match the pattern as well', () => {
  board.note(TAB, CAPTURE, gone('app-1.js'));
  board.note(TAB, CAPTURE, placed('app-2.js'));
  board.note(TAB, CAPTURE, gone('app-3.js'));
  expect(board.of(TAB, CAPTURE)).toEqual(placed('app-2.js'));
});

it('goes by the newest of those that keep it, and of those that do not', () => {
  board.note(TAB, CAPTURE, gone('app-1.js'));
  board.note(TAB, CAPTURE, gone('app-2.js'));
  expect(board.of(TAB, CAPTURE)).toEqual(gone('app-2.js'));
  board.note(TAB, CAPTURE, placed('app-3.js'));
  board.note(TAB, CAPTURE, placed('app-4.js'));
  expect(board.of(TAB, CAPTURE)).toEqual(placed('app-4.js'));
});

it('says nothing of a capture that has been edited since, until its script passes again', () => {
  board.note(TAB, CAPTURE, placed('a.js'));
  const edited = { ...CAPTURE, expression: 'e' };
  expect(board.of(TAB, edited)).toBeUndefined();
  board.note(TAB, edited, gone('a.js'));
  expect(board.of(TAB, edited)).toEqual(gone('a.js'));
});

it('forgets a tab whose page is gone, and no other', () => {
  board.note(TAB, CAPTURE, placed('a.js'));
  board.note(2, CAPTURE, placed('a.js'));
  board.forget(TAB);
  expect([board.of(TAB, CAPTURE), board.of(2, CAPTURE)]).toEqual([undefined, placed('a.js')]);
});

it('knows of a script that runs again without passing what came of it before', () => {
  board.note(TAB, CAPTURE, placed('a.js'));
  board.leave(TAB);
  board.leave(TAB);
  expect(board.of(TAB, CAPTURE)).toBeUndefined();
  expect(board.ofEarlier(TAB, CAPTURE, 'a.js')).toEqual(placed('a.js'));
  expect(board.ofEarlier(TAB, CAPTURE, 'b.js')).toBeUndefined();
  expect(board.ofEarlier(TAB, { ...CAPTURE, expression: 'e' }, 'a.js')).toBeUndefined();
  expect(board.ofEarlier(2, CAPTURE, 'a.js')).toBeUndefined();
  board.forget(TAB);
  expect(board.ofEarlier(TAB, CAPTURE, 'a.js')).toBeUndefined();
});
