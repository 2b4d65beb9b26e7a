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

  it('may be placed by line and column', () => {
    const site = saved(addCapture(settings, SITE, { ...ENTRY, anchor: ' 3:17 ' })).sites[0];
    expect(site?.captures?.[0]?.at).toEqual({ line: 3, column: 17 });
    expect(site?.captures?.map(entryOf)).toEqual([{ ...ENTRY, anchor: '3:17' }]);
  });

  it('renames the paths of its functions when its name changes', () => {
    const added = saved(addCapture(settings, SITE, ENTRY));
    const renamed = saved(editCapture(added, SITE, 'sign', { ...ENTRY, name: 'seal' }));
    expect(renamed.sites[0]).toMatchObject({
      captures: [{ name: 'seal' }],
      functions: [{ name: 'sign', path: 'capture:seal' }],
    });
  });

  it('is removed without its functions', () => {
    const gone = saved(removeCapture(saved(addCapture(settings, SITE, ENTRY)), SITE, 'sign'));
    expect(gone.sites[0]).toMatchObject({ captures: [], functions: [{ name: 'sign' }] });
  });

  it.each([
    ['name', { name: 'a b' }],
    ['name', { name: 'a#b' }],
    ['script', { script: ' ' }],
    ['anchor', { anchor: '' }],
    ['expression', { expression: ' ' }],
  ] as const)('rejects an invalid %s: %j', (field, wrong) => {
    expect(addCapture(settings, SITE, { ...ENTRY, ...wrong })).toMatchObject({ field });
  });

  it('rejects a name that is taken', () => {
    const added = saved(addCapture(settings, SITE, ENTRY));
    expect(addCapture(added, SITE, ENTRY)).toMatchObject({ field: 'name' });
  });
});

describe('the capture guessed from a place', () => {
  const url = 'https://shop.test/assets/app-4f2a9c.js?v=1';
  const guess = (text: string, at: string) => guessCapture(new Map([[url, text]]), url, text.indexOf(at));

  it.each([
    ['a declaration', '!function(){function seal(t){return t+1}}()', 't+1', 'seal', 'function seal(t)'],
    ['a variable', '(()=>{const a=1,seal=t=>t+1})()', 't+1', 'seal', 'seal=t=>t+1})()'],
    ['an assignment', 'var x={};x.seal=function(t){return t+1}', 't+1', 'x.seal', 'x.seal=function('],
    ['a private method', 'class A{#seal(t){return t+1}}', 't+1', 'this.#seal', '#seal(t){return '],
    ['a method of an object', 'var x={seal(t){return t+1}}', 't+1', 'this.seal', 'seal(t){return t'],
    ['the function around a callback', 'function seal(t){return t.map(x=>x+1)}', 'x+1', 'seal', 'function seal(t)'],
  ])('is %s', (_title, text, at, expression, anchor) => {
    expect(guess(text, at)).toMatchObject({ expression, anchor, script: 'https://shop.test/assets/app-*.js' });
  });

  it('has line and column if its source occurs twice', () => {
    const twin = `function a(){return ${'1+'.repeat(200)}1}`;
    expect(guess(`${twin};\n${twin}`, 'return')).toMatchObject({ anchor: '1:1' });
  });

  it('is empty if there is no function', () => {
    expect(guess('var a=1;var b=2', 'b=2')).toMatchObject({ expression: '' });
  });
});
