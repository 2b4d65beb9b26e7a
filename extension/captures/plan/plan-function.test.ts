import { createContext, runInContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { withoutCaptures } from '../../calls/page/bundles/own-source.ts';
import { insertInto } from './insert-into.ts';
import { planCaptures } from './plan-captures.ts';
import { parseAs } from './syntax/parse-script.ts';

const HOOK = 'k7f3qaaaaaaa';
const TARGET = { hook: HOOK, url: '' };

type Fn = (...args: unknown[]) => unknown;
interface Kept {
  fn?: Fn;
  self?: unknown;
  receiver?: unknown;
  page: Record<string, unknown>;
}

function plan(source: string, at: string) {
  const { insertions, placements } = planCaptures(source, [{ name: 'x', at: { text: at } }], TARGET);
  return { placement: placements.x, rewritten: insertInto(source, insertions) };
}

/** Runs a script in which the function at a place is captured. */
function keptBy(source: string, at: string): Kept {
  const { placement, rewritten } = plan(source, at);
  expect(placement).toMatchObject({ kind: 'placed' });
  const kept: Kept = { page: {} };
  kept.page[HOOK] = (key: string, read: () => [unknown, unknown]) => {
    const [self, value] = read();
    if (key.startsWith('#')) Object.assign(kept, { self, fn: value as Fn });
    else kept.receiver = value;
  };
  createContext(kept.page);
  runInContext(rewritten, kept.page);
  return kept;
}

/** Where functions stand, with what marks them, and how the script itself sees them as `seen`. */
const PLACES: readonly (readonly [what: string, source: string, at: string])[] = [
  ['a declaration', '(()=>{seen=f;return;function f(a,b){return"v1."+a}})()', 'function f(a,b)'],
  ['an async declaration', '(()=>{seen=f;async function f(a,b){return"v1."+a}})()', 'async function f'],
  ['a generator', '(()=>{seen=f;function*f(a,b){return"v1."+a}})()', 'function*f'],
  ['a function in a variable', 'const f=function(a,b){return"v1."+a};seen=f', 'f=function'],
  ['an arrow function in a variable', 'let q=1,f=(a,b)=>"v1."+a;seen=f', '(a,b)=>'],
  ['an async arrow function', 'const f=async(a,b)=>"v1."+a;seen=f', 'async(a,b)'],
  ['a named function expression', 'const f=function g(a,b){return"v1."+a};seen=f', 'function g'],
  ['one in parentheses', 'const f=(function(a,b){return"v1."+a});seen=f', 'function(a,b)'],
  ['an assignment to a variable', 'var f;f=function(a,b){return"v1."+a};seen=f', 'f=function'],
  ['an assignment to a property', 'var o={};o.f=function(a,b){return"v1."+a};seen=o.f', 'o.f=function'],
  ['a chain of assignments', 'var o={},f;o.f=f=function(a,b){return"v1."+a};seen=f', 'o.f=f'],
  ['a property', 'seen={f:function(a,b){return"v1."+a}}.f', 'f:function'],
  ['a property under a text', `seen={"a b":(a,b)=>"v1."+a}["a b"]`, '"a b":(a'],
  ['an obfuscated property', `seen={['sign']:function(a,b){return"v1."+a}}['sign']`, `['sign']:`],
  ['a method', 'seen={f(a,b){return"v1."+a}}.f', 'f(a,b)'],
  ['an async method', 'seen={async f(a,b){return"v1."+a}}.f', 'async f('],
  ['a method behind others', 'seen={g:1,get h(){return 2},f(a,b){return"v1."+a},...{i:3}}.f', 'f(a,b)'],
  ['a default value', 'seen=(({f=(a,b)=>"v1."+a})=>f)({})', 'f=(a,b)'],
  ['an array element', 'seen=[1,function(a,b){return"v1."+a}][1]', 'function(a,b)'],
  ['an argument', 'const same=a=>a;seen=same(function(a,b){return"v1."+a})', 'function(a,b)'],
  ['what a function returns', 'seen=(()=>{return function(a,b){return"v1."+a}})()', 'function(a,b)'],
  ['what an arrow function gives', 'seen=(()=>(a,b)=>"v1."+a)()', '(a,b)=>'],
  ['what a getter gives', 'seen={get f(){return(a,b)=>"v1."+a}}.f', '(a,b)=>'],
  ['a static method', 'class S{static f(a,b){return"v1."+a}}seen=S.f', 'static f('],
  ['a private static method', 'class S{static #f(a,b){return"v1."+a}static g(){return S.#f}}seen=S.g()', 'static #f('],
  ['a method of a class', 'class S{f(a,b){return"v1."+a}}seen=S.prototype.f', 'f(a,b)'],
  ['a method of a derived class', 'class A{}class S extends A{f(a,b){return"v1."+a}}seen=S.prototype.f', 'f(a,b)'],
  ['a private method', 'class S{#f(a,b){return"v1."+a}g(){return this.#f}}seen=new S().g()', '#f(a,b)'],
  ['a field', 'class S{f=(a,b)=>"v1."+a}seen=new S().f', 'f=(a,b)'],
  ['a private field', 'class S{#f=(a,b)=>"v1."+a;g(){return this.#f}}seen=new S().g()', '#f=(a,b)'],
  ["Babel's class method", 'const d={key:"sign",value:function(a,b){return"v1."+a}};seen=d.value', 'value:function'],
  [
    "Babel's named class method",
    'const d={key:"sign",value:function sign(a,b){return"v1."+a}};seen=d.value',
    'function sign(',
  ],
  ['a function of a list of factories', 'seen=[17,(a,b)=>"v1."+a,18][1]', '(a,b)=>'],
  ['a callee', '(function f(a,b){seen=f;return"v1."+a})("x")', 'function f('],
];

describe.each(PLACES)('a capture of %s', (_what, source, at) => {
  const original = () => {
    const page: Record<string, unknown> = {};
    createContext(page);
    runInContext(source, page);
    return page.seen as Fn;
  };

  it('keeps the very function that the script has', async () => {
    const { fn, self, page } = keptBy(source, at);
    expect(fn).toBe(page.seen);
    const answer = fn?.call(self, 'x', 'y') as { next?(): { value: unknown } };
    expect(await (answer.next ? answer.next().value : answer)).toBe('v1.x');
  });

  it('leaves its name, length, prototype and source as they were', () => {
    const { fn } = keptBy(source, at);
    const was = original();
    expect([fn?.name, fn?.length]).toEqual([was.name, was.length]);
    expect(Object.getOwnPropertyNames(fn).sort()).toEqual(Object.getOwnPropertyNames(was).sort());
    expect(withoutCaptures(String(fn))).toBe(String(was));
  });

  it('is told from its innermost code as well', () => {
    const inside = source.indexOf('"v1."');
    const { line, column } = { line: 1, column: inside + 1 };
    const { placements } = planCaptures(source, [{ name: 'x', at: { line, column } }], TARGET);
    expect(placements.x).toMatchObject({ kind: 'placed' });
  });
});

describe('the object that a captured function is called on', () => {
  it.each([
    ['of a method of an object', 'seen={key:"k",f(a){return this.key+a}}', 'f(a)', 'self'],
    ['of a class, once one is made', 'class S{key="k";f(a){return this.key+a}}seen=new S()', 'f(a)', 'receiver'],
    [
      'of a derived class, once it is called',
      'class A{}class S extends A{key="k";f(a){return this.key+a}}seen=new S();seen.f(1)',
      'f(a)',
      'receiver',
    ],
    ['of a private method', 'class S{key="k";#f(a){return this.key+a}}seen=new S()', '#f(a)', 'self'],
    [
      'of a private method of a derived class',
      'class A{}class S extends A{key="k";#f(a){return this.key+a}g(){this.#f()}}seen=new S();seen.g()',
      '#f(a)',
      'self',
    ],
    ['of a static method', 'class S{static key="k";static f(a){return this.key+a}}seen=S', 'static f', 'self'],
    [
      'of a method of a prototype, once it is called',
      'function S(){this.key="k"}S.prototype.f=function(a){return this.key+a};seen=new S();seen.f(1)',
      'S.prototype.f',
      'receiver',
    ],
    [
      "of Babel's class method",
      'const f={key:"f",value:function(a){var t=()=>this.key;return t()+a}}.value;seen={key:"k",f};seen.f(1)',
      'value:function',
      'receiver',
    ],
  ] as const)('is known %s', (_what, source, at, where) => {
    const kept = keptBy(source, at);
    expect(kept[where]).toBe(kept.page.seen);
    expect(kept.fn?.call(kept[where], 'x')).toBe('kx');
  });

  it("is an object of the derived class, with the base class's own function", () => {
    const source = 'class A{f(){return this.key}}class B extends A{key="k";f(){return"wrong"}}seen=new B()';
    const kept = keptBy(source, 'f(){return this');
    expect(kept.fn?.call(kept.receiver)).toBe('k');
  });

  it('costs nothing in a function that does not use it', () => {
    const { rewritten } = plan('class S{f(a){return a}}', 'f(a)');
    expect(rewritten).not.toContain('"@x');
  });
});

describe('a capture of a function', () => {
  it.each([
    ['a getter', 'class S{get f(){return 1}}', 'get f', /getter or setter/],
    ['a constructor', 'class S{constructor(){this.a=1}}', 'constructor', /constructor/],
    ['a computed name', 'var k="f";class S{[k](){return 1}}', '[k]()', /computed/],
    ['a default export without a name', 'export default function(a){return a}', 'function(a)', /default export/],
    ['code in no function', 'const a=1;', 'const a', /no function/],
  ])('says why it can not be: %s', (_what, source, at, why) => {
    const { placement, rewritten } = plan(source, at);
    expect(placement).toMatchObject({ kind: 'unfit', reason: expect.stringMatching(why) });
    expect(rewritten).toBe(source);
  });

  it.each([
    ['its key', 'api={sign(t){return"v1."+t}}', 'sign(t)'],
    ['its variable', 'const sign=(t)=>"v1."+t;', 'sign='],
    ['its left side', 'api.sign=function(t){return"v1."+t}', 'api.sign'],
    ['its own name', 'x(function sign(t){return"v1."+t})', 'sign(t)'],
  ])('means the function by %s', (_what, source, at) => {
    const outer = `function outer(){var api={},x=a=>a;${source}}outer()`;
    expect(keptBy(outer, at).fn?.('x')).toBe('v1.x');
  });

  it('captures two that end at the same place', () => {
    const source = 'seen=(a=>b=>a+b)';
    const captures = [
      { name: 'outer', at: { text: 'a=>b' } },
      { name: 'inner', at: { text: 'b=>a' } },
    ];
    const { insertions } = planCaptures(source, captures, TARGET);
    expect(parseAs(insertInto(source, insertions), 'script')).not.toBeInstanceOf(Error);
  });

  it('stays callable with new', () => {
    const { page } = keptBy('function make(){return new (function(a){this.a=a})(1)}seen=make()', 'function(a)');
    expect((page.seen as { a: number }).a).toBe(1);
  });

  it('keeps super', () => {
    const source = 'const base={f(){return"b"}};seen={__proto__:base,f(){return super.f()+"v1."}}';
    expect(keptBy(source, 'f(){return super').page.seen).toMatchObject({});
    const { fn, self } = keptBy(source, 'f(){return super');
    expect(fn?.call(self)).toBe('bv1.');
  });
});
