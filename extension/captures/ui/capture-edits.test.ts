import { describe, expect, it } from 'vitest';
import { defaultSettings, type Settings } from '../../sites/settings-schema.ts';
import { addCapture, type CaptureEntry, editCapture, entryOf, removeCapture } from './capture-edits.ts';
import { guessCapture } from './guess-capture.ts';

const SITE = 'https://shop.test';
const ENTRY: CaptureEntry = {
  name: 'sign',
  script: '/app.js',
  anchor: 'function t(',
  expression: 't',
  breakpoint: false,
};
const settings: Settings = { ...defaultSettings('test'), sites: [{ pattern: SITE, enabled: true, functions: [] }] };

const saved = (edited: ReturnType<typeof addCapture>) => {
  if ('field' in edited) throw new Error(`a complaint about ${edited.field}`);
  return edited;
};

describe('a capture', () => {
  it('comes with a function that starts there', () => {
    expect(saved(addCapture(settings, SITE, ENTRY)).sites[0]).toMatchObject({
      captures: [{ name: 'sign', script: '/app.js', at: { text: 'function t(' }, expression: 't' }],
      functions: [{ name: 'sign', path: 'capture:sign' }],
    });
  });

  it('may be at a line and a column', () => {
    const site = saved(addCapture(settings, SITE, { ...ENTRY, anchor: ' 3:17 ' })).sites[0];
    expect(site?.captures?.[0]?.at).toEqual({ line: 3, column: 17 });
    expect(site?.captures?.map(entryOf)).toEqual([{ ...ENTRY, anchor: '3:17' }]);
  });

  it('takes the functions that start there along, when its name changes', () => {
    const added = saved(addCapture(settings, SITE, ENTRY));
    const renamed = saved(editCapture(added, SITE, 'sign', { ...ENTRY, name: 'seal' }));
    expect(renamed.sites[0]).toMatchObject({
      captures: [{ name: 'seal' }],
      functions: [{ name: 'sign', path: 'capture:seal' }],
    });
  });

  it('goes alone', () => {
    const gone = saved(removeCapture(saved(addCapture(settings, SITE, ENTRY)), SITE, 'sign'));
    expect(gone.sites[0]).toMatchObject({ captures: [], functions: [{ name: 'sign' }] });
  });

  it.each([
    ['name', { name: 'a b' }],
    ['name', { name: 'a#b' }],
    ['script', { script: ' ' }],
    ['anchor', { anchor: '' }],
    ['expression', { expression: ' ', breakpoint: true }],
  ] as const)('complains about its %s: %j', (field, wrong) => {
    expect(addCapture(settings, SITE, { ...ENTRY, ...wrong })).toMatchObject({ field });
  });

  it('complains about a name that is taken', () => {
    const added = saved(addCapture(settings, SITE, ENTRY));
    expect(addCapture(added, SITE, ENTRY)).toMatchObject({ field: 'name' });
  });
});

describe('what is most likely meant by a place', () => {
  const url = 'https://shop.test/assets/app-4f2a9c.js?v=1';
  const guess = (text: string, at: string) => guessCapture(new Map([[url, text]]), url, text.indexOf(at));

  it.each([
    ['a declaration', '!function(){function seal(t){return t+1}}()', 't+1', 'seal', 'function seal(t)'],
    ['a variable', '(()=>{const a=1,seal=t=>t+1})()', 't+1', 'seal', 'seal=t=>t+1})()'],
    ['an assignment', 'var x={};x.seal=function(t){return t+1}', 't+1', 'x.seal', 'x.seal=function('],
    ['a private method', 'class A{#seal(t){return t+1}}', 't+1', '#seal', '#seal(t){return '],
    ['a static method', 'class A{static seal(t){return t+1}}', 't+1', 'seal', 'static seal(t){r'],
    ['a method of an object', 'var x={seal(t){return t+1}}', 't+1', 'seal', 'seal(t){return t'],
    ['a method, by its name', 'function a(){var x={seal(t){return t+1}}}', 'seal(t)', 'seal', 'seal(t){return t'],
    ['what is around a callback', 'function seal(t){return t.map(x=>x+1)}', 'x+1', 'seal', 'function seal(t)'],
  ])('is %s', (_title, text, at, name, anchor) => {
    const { functions, chosen, entry } = guess(text, at);
    expect(functions[chosen]).toMatchObject({ name, params: 1, entry });
    expect(entry).toMatchObject({ anchor, expression: '', script: 'https://shop.test/assets/app-*.js' });
    expect(entry.fingerprint).toEqual({ of: expect.stringMatching(/^f1:/), at: anchor });
  });

  it.each([
    ['get seal', 'class A{get seal(){return 1}}', 'return 1', 'this.seal', /getter/],
    ['a default export', 'export default function(t){return t+1}', 't+1', '', /default export/],
  ])(
    'has an expression, and the reason, where %s can not be captured itself',
    (_title, text, at, expression, reason) => {
      const { functions, chosen, entry } = guess(text, at);
      expect(functions[chosen]?.reason).toMatch(reason);
      expect(entry).toMatchObject({ expression });
      expect(entry.fingerprint).toBeUndefined();
    },
  );

  it('goes out through the enclosing functions, and in to callbacks', () => {
    const { functions, chosen } = guess('function a(){class B{c(t){return t.map(x=>x+1)}}}', 'x+1');
    expect(functions.map(({ name, className }) => [className, name])).toEqual([
      [undefined, ''],
      ['B', 'c'],
      [undefined, 'a'],
    ]);
    expect(chosen).toBe(1);
  });

  it('is told by line and column, where its source stands there twice', () => {
    const twin = `function a(){return ${'1+'.repeat(200)}1}`;
    expect(guess(`${twin};\n${twin}`, 'return').entry).toMatchObject({ anchor: '1:1' });
  });

  it('is nothing where there is no function', () => {
    expect(guess('var a=1;var b=2', 'b=2')).toMatchObject({ functions: [], entry: { expression: '' } });
  });
});
