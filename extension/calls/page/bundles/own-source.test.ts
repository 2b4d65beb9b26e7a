import { expect, it } from 'vitest';
import { insertInto } from '../../../captures/plan/insert-into.ts';
import { planCaptures } from '../../../captures/plan/plan-captures.ts';
import { withoutCaptures } from './own-source.ts';

const HOOK = 'k0a1b2c3d4e5';

it.each([
  ['in a block', 'function seal(t){const key=1;return t+key}', 'return t', 'key'],
  [
    'before a declaration in it',
    'function seal(t){function inner(e){return e}return inner(t)}',
    'function inner',
    'inner',
  ],
  ['in an arrow function without a block', 'const seal=t=>t.map(e=>e+1)', 'e+1', 'e'],
  ['in a loop without a block', 'function seal(t){for(const e of t)use(e);return t}', 'use(e)', 'e'],
  ['in a class', 'class Seal{#k=1;go(t){return t+this.#k}}', 'return t', 'this.#k'],
  ['in a static block', 'class Seal{static #k=()=>1;go(t){return t}}', 'static #k', 'Seal.#k'],
  ['after a regular expression', 'function seal(t){let r;r=/a/\nreturn r.test(t)}', 'r=/a/', 'r'],
  ['with a comment in it', 'function seal(t){return t}', 'return t', 't /* an order */'],
  ['around a function in it', 'function seal(t){const sign=e=>t+e;return sign(t)}', 'sign=e', undefined],
  ['around an argument', 'function seal(t){return t.map(function(e){return e})}', 'function(e)', undefined],
  ['around an object in it', 'function seal(t){return{sign(e){return this.key+e}}}', 'sign(e)', undefined],
])('the code that a capture inserts %s is left out of the source', (_where, text, place, expression) => {
  const wanted = { name: 'one', at: { text: place }, ...(expression === undefined ? {} : { expression }) };
  const { insertions } = planCaptures(text, [wanted, { ...wanted, name: 'two' }], { hook: HOOK, url: '' });
  const changed = insertInto(text, insertions);
  expect(insertions.length).toBeGreaterThan(1);
  expect(withoutCaptures(changed)).toBe(text);
});

it('leaves it out of a long function', () => {
  const text = `function seal(t){const key=1;${'use(key);'.repeat(10_000)}return t}`;
  const { insertions } = planCaptures(text, [{ name: 'one', at: { line: 1, column: 40 }, expression: 'key' }], {
    hook: HOOK,
    url: '',
  });
  expect(insertions).toHaveLength(1);
  expect(withoutCaptures(insertInto(text, insertions))).toBe(text);
});

it.each(['/*abcdefghijkl*/ a(); /*abcdefghijkl*/ b()', '/*abcdefghijkl*/', '/*abcdefghijkl*//*abcdefghijkl*/x'])(
  'leaves the comments of a site: %s',
  (text) => {
    expect(withoutCaptures(text)).toBe(text);
  },
);
