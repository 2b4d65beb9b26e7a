import { runInNewContext } from 'node:vm';
import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import { describe, expect, it } from 'vitest';
import { insertInto } from './insert-into.ts';
import { lineColumnAt } from './line-column.ts';
import { planCaptures } from './plan-captures.ts';
import { positionMap } from './position-map.ts';

const URL = 'https://shop.test/app.js';

/** The position of the first error in the changed script, and the original position by the map. */
function thrownAt(source: string, captures: { name: string; text: string; expression: string }[]) {
  const wanted = captures.map(({ text, ...capture }) => ({ ...capture, at: { text } }));
  const { insertions, placements } = planCaptures(source, wanted, { hook: 'hook', url: '' });
  expect(Object.values(placements).map(({ kind }) => kind)).toEqual(captures.map(() => 'placed'));
  const stack = String(runInNewContext(insertInto(source, insertions), {}, { filename: URL }));
  const [, line = 0, column = 0] = /app\.js:(\d+):(\d+)/.exec(stack) ?? [];
  const map = new TraceMap(positionMap(source, insertions, URL));
  const original = originalPositionFor(map, { line: Number(line), column: Number(column) - 1 });
  return { line: Number(line), column: Number(column), original: [original.line, (original.column ?? -1) + 1] };
}

function placeOf(source: string, text: string) {
  const { line, column } = lineColumnAt(source, source.indexOf(text));
  return [line, column];
}

describe('an error thrown after the place of a capture', () => {
  it('has its original position in a script of one line', () => {
    const source =
      '!function(){var e=1;function t(t){return e+t}function n(){throw new Error("here")}try{n()}catch(e){stack=e.stack}}();stack';
    const at = thrownAt(source, [
      { name: 'one', text: 'function t(', expression: 't' },
      { name: 'two', text: 'var e=1', expression: 'e' },
    ]);
    expect(at.original).toEqual(placeOf(source, 'new Error'));
    expect(at.column).toBeGreaterThan(source.indexOf('new Error') + 100);
  });

  it.each(['\n', '\r\n', '\u2028'])('has its original line if lines end with %j', (newline) => {
    const source = [
      'const key = 1;',
      'function seal(text) { return text }',
      'try { seal(new Error().stack.x.y) } catch (e) { stack = e.stack }',
      'stack',
    ].join(newline);
    const at = thrownAt(source, [{ name: 'seal', text: 'function seal', expression: 'seal' }]);
    expect([at.line, at.original[0]]).toEqual([3, 3]);
  });

  it('has its original position in the line of the place and in later lines', () => {
    const source =
      'function seal(t) { return t } const fail = () => { throw new Error("1") };\n  try { fail() } catch (e) { stack = e.stack }\nstack';
    const at = thrownAt(source, [
      { name: 'seal', text: 'return t', expression: 't' },
      { name: 's', text: 'function seal', expression: 'seal' },
    ]);
    expect(at.original).toEqual(placeOf(source, 'new Error'));
  });
});

it('maps each word to its original position, and inserted code to its place', () => {
  const source = 'let a=1;\nlet b=密钥(a),c="x";\nlet d';
  const insertions = [
    { offset: source.indexOf('let b'), text: ';keep(a);', order: 'opens' as const },
    { offset: source.length, text: ';keep(d);', order: 'follows' as const },
  ];
  const changed = insertInto(source, insertions);
  const map = new TraceMap(positionMap(source, insertions, URL));
  const find = (text: string) => {
    const { line, column } = lineColumnAt(changed, changed.indexOf(text));
    const found = originalPositionFor(map, { line, column: column - 1 });
    return [found.line, (found.column ?? -1) + 1];
  };
  for (const word of ['a=1', 'b=', '密钥', 'a),c', 'c="x', '"x"', 'let d'])
    expect(find(word)).toEqual(placeOf(source, word));
  expect([find('keep(a)'), find('keep(d)')]).toEqual([placeOf(source, 'let b'), [3, 6]]);
});

it('contains the original source', () => {
  const map = new TraceMap(positionMap('a;\nb', [], URL));
  expect([map.sources, map.sourcesContent]).toEqual([[URL], ['a;\nb']]);
});
