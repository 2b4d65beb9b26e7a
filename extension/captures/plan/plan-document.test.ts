import { expect, it } from 'vitest';
import { inlineScripts } from './inline-scripts.ts';
import { insertInto } from './insert-into.ts';
import { lineColumnAt } from './line-column.ts';
import { planDocument } from './plan-document.ts';

const HTML = [
  '<!doctype html>\r',
  '<title><script>not("one")</script></title>',
  '<!-- <script>nor(this)</script> -->',
  '<script type="application/json">{"neither":1}</script><script src="a.js">nor(1)</script>',
  '<template><script>later()</script></template>',
  '<script>const a = "<b>&amp;";</script>',
  '<body onload="x()"><script type=module>',
  '  function seal(text) { return "密" + text }',
  '</script>',
].join('\n');

const seal = { name: 'seal', at: { text: 'function seal' }, expression: 'seal' };
const plan = (
  ...captures: (typeof seal | { name: string; at: { line: number; column: number }; expression: string })[]
) => planDocument(HTML, inlineScripts(HTML), captures, { hook: 'hook', url: '' });
const placeOf = (text: string) => lineColumnAt(HTML, HTML.indexOf(text));

it('finds the inline scripts that a document runs', () => {
  const scripts = inlineScripts(HTML);
  expect(scripts.map(({ text }) => text.trim())).toEqual([
    'const a = "<b>&amp;";',
    'function seal(text) { return "密" + text }',
  ]);
  for (const { start, text } of scripts) expect(HTML.slice(start, start + text.length)).toBe(text);
});

it('inserts the capture into the script with the place, and reports its position in the document', () => {
  const { insertions, placements } = plan(seal);
  expect(placements.seal).toEqual({ kind: 'placed', ...placeOf('function seal') });
  const changed = insertInto(HTML, insertions);
  expect(changed).toMatch(/<script type=module>\s*\/\*\w+\*\/;\(\(\)=>.*?\)\(\);\/\*\w+\*\/function seal/);
  expect(changed.replace(/\/\*\w+\*\/;\(\(\)=>.*?\)\(\);\/\*\w+\*\//, '')).toBe(HTML);
});

it('counts lines and columns in the document', () => {
  const { placements } = plan({ name: 'seal', at: placeOf('function seal'), expression: 'seal' });
  expect(placements.seal).toEqual({ kind: 'placed', ...placeOf('function seal') });
});

it.each([
  ['nowhere', { ...seal, at: { text: 'function gone(text)' } }],
  ['in no script', { ...seal, at: { line: 1, column: 2 } }],
])('reports what is %s', (_title, capture) => {
  expect(plan(capture)).toMatchObject({ insertions: [], placements: { seal: { kind: 'not-matched' } } });
});

it('gives similar places by their position in the document', () => {
  const { placements } = plan({ ...seal, at: { text: 'function seal(other)' } });
  expect(placements.seal).toMatchObject({ nearest: [placeOf('seal(text)')] });
});

it('lists all places of a text that occurs in several scripts', () => {
  const html = '<script>let a = 1</script><p><script>let b = 1</script>';
  const capture = { ...seal, at: { text: '= 1' } };
  const { insertions, placements } = planDocument(html, inlineScripts(html), [capture], { hook: 'hook', url: '' });
  expect(insertions).toEqual([]);
  expect(placements.seal).toMatchObject({ several: true, nearest: [{ column: 15 }, { column: 44 }] });
});

it('leaves out a capture whose text would end the script element', () => {
  const { insertions, placements } = plan({ ...seal, expression: 'seal + "</script>"' });
  expect(insertions).toEqual([]);
  expect(placements.seal).toMatchObject({ kind: 'unfit' });
});
