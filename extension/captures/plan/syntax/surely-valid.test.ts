import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { insertInto } from '../insert-into.ts';
import { capturingCode } from '../inserted-code.ts';
import { planCaptures } from '../plan-captures.ts';
import { readExpression } from './captured-expression.ts';
import { parseAs, parseScript } from './parse-script.ts';
import { isSurelyValid } from './surely-valid.ts';

const HOOK = 'k7f3q';

/** Inserts the capturing code at the `@` of a script. */
function isSure(marked: string, expression: string, put = (code: string) => `;${code};`): boolean {
  const offset = marked.indexOf('@');
  const parsed = parseScript(marked.replace('@', ''));
  const read = readExpression(expression);
  if (parsed instanceof Error || read instanceof Error) throw new Error('no valid example');
  return isSurelyValid(
    parsed,
    [{ offset, text: put(capturingCode({ hook: HOOK, name: 'x', script: '' }, read)), order: 'opens' }],
    read,
  );
}

describe('needs no parser', () => {
  it.each([
    ['between the statements of a function', '(function(){a();@b()})()', 'a'],
    ['in a module of webpack', '({417:(e,t,n)=>{"use strict";@function r(){}}})', 'r'],
    ['on the top level of a module', 'import a from"a";@const b=a;export{b}', 'b'],
    ['at the end of a block', 'if(a){b@}', 'b'],
    ['in a private method', 'class A{#b(){@return 1}}', 'this.#b'],
  ])('%s', (_title, marked, expression) => {
    expect(isSure(marked, expression)).toBe(true);
  });

  it.each([
    ['a field', (code: string) => `;#k7f3q0=${code};`],
    ['a static block', (code: string) => `;static{${code}}`],
  ])('for %s at the end of a class', (_title, put) => {
    expect(isSure('class A{#b=1;static@}', 'this.#b', put)).toBe(true);
  });
});

it('these tests use valid scripts', () => {
  for (const source of CORPUS) expect(parseScript(source)).not.toBeInstanceOf(Error);
});

describe('leaves it to the parser', () => {
  it.each([
    ['inside of a statement', 'a(@b)', 'b'],
    ['before a directive', 'function f(){@"use strict";a}', 'a'],
    ['what is invalid in strict code', 'function f(){@a}', 'static'],
    ['words with another meaning elsewhere', 'function f(){@a}', 'arguments'],
    ['a private name of another class', 'class A{#b}class B{c(){@return 1}}', 'this.#b'],
    ['an open comment', 'function f(){@a}', 'a //'],
  ])('%s', (_title, marked, expression) => {
    expect(isSure(marked, expression)).toBe(false);
  });

  it('a field whose name the class already has', () => {
    expect(isSure('class A{#k7f3q0;@}', 'this', (code) => `;#k7f3q0=${code};`)).toBe(false);
  });
});

/** Places whose surroundings decide what is valid. */
const CORPUS = [
  `function f(a=function(){b}){a}function g(a){'x'
"use strict";return a}`,
  `switch(a){case 1:"no directive"
case 2:b;default:}l:{if(a)break l;else{b}}`,
  `do a
while(b)c
for(const i of[1])for(;;)if(a)b;else c
if(a)function h(){}with(a){let
b}`,
  'var let_=1,await=2,yield_=a=>({b}),static=3;await;static\na\n++b',
  'async function*f(a,b=async x=>{for await(const c of d)c}){yield\nawait a;async(h=()=>{a})=>{await h;return i=>j}}',
  'class A extends(()=>{a;return B})(){#c;[(()=>{a})()]=1\nstatic\n"get";get}',
  'class A{static{a;{b}}static async*#d(){yield this.#d}}',
  'class A extends B{constructor(){super();super.x;new.target}e=()=>{this.#c;class C extends(()=>{this.#c})(){#f;g=super.h}};#c}',
  'import a,{b as c}from"d";export default function(){a}export class E{#a;static#b=()=>{c;this.#b};m(){return this.#a}}',
  'const e=await a,f=()=>{import.meta;return import("g")};export{e as h,f}',
  'export const i=class extends E{#a;#c(){return#a in this}},j=function*(){yield/a/g};',
];
const EXPRESSIONS =
  'a|b|this|this.x|this.#a|this.#b|this.#c|#a in b|arguments|super.x|new.target|await|yield|let|static|interface|010|"\\01"|delete a|(a=1)|eval=1|a//|a<!--b|x=>x|async()=>await 1|await=>await|function(){with(a);}|function(a,a){}|()=>{"use strict"}|class extends a{#q=this.#q}|class{#q=this.#a}|class{static{await}}|import.meta|import("x")|/[/]/.exec(a)|`a`|a?.b|a in b|{}|\\u0061wait'.split(
    '|',
  );
const captures = (source: string) =>
  fc.array(fc.record({ offset: fc.nat(source.length - 1), expression: fc.constantFrom(...EXPRESSIONS) }), {
    minLength: 1,
    maxLength: 3,
  });

it('never accepts what the parser rejects, for any place and expression', () => {
  const given = fc
    .constantFrom(...CORPUS)
    .chain((source) => fc.record({ source: fc.constant(source), spots: captures(source) }));
  fc.assert(
    fc.property(given, ({ source, spots }) => {
      const goal = /import|export/.test(source) ? 'module' : 'script';
      const wanted = spots.map(({ offset, expression }, index) => {
        const before = source.slice(0, offset).split('\n');
        return { name: `c${index}`, at: { line: before.length, column: (before.at(-1) ?? '').length + 1 }, expression };
      });
      const { insertions } = planCaptures(source, wanted, { hook: HOOK, url: '' });
      expect(parseAs(insertInto(source, insertions), goal)).not.toBeInstanceOf(Error);
    }),
    { numRuns: 500 },
  );
});
