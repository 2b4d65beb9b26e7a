import { createContext, runInContext, Script } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { insertInto } from './insert-into.ts';
import { MAX_PARSED_AROUND, MAX_PARSED_WHOLE, planCaptures } from './plan-captures.ts';
import { parseAs } from './syntax/parse-script.ts';

const HOOK = 'k7f3q';
const TARGET = { hook: HOOK, url: '' };

interface Case {
  source: string;
  at: string;
  expression: string;
}

/** Runs a script with one capture, then `run` on its global object. Returns the captured values. */
function keptBy({ source, at, expression }: Case, run: (page: Record<string, never>) => void = () => {}) {
  const plan = planCaptures(source, [{ name: 'wanted', at: { text: at }, expression }], TARGET);
  expect(plan.placements).toEqual({ wanted: expect.objectContaining({ kind: 'placed' }) });
  const kept: { self: unknown; value: unknown; fails?: unknown }[] = [];
  const reads: (() => [unknown, unknown])[] = [];
  const page: Record<string, unknown> = {
    [HOOK]: (_name: string, read: () => [unknown, unknown], again?: 1) => {
      if (again) reads.push(read);
      try {
        const [self, value] = read();
        kept.push({ self, value });
      } catch (fails) {
        kept.push({ self: undefined, value: undefined, fails });
      }
    },
  };
  createContext(page);
  runInContext(insertInto(source, plan.insertions), page);
  run(page as Record<string, never>);
  return { kept, reads, last: kept.at(-1), page };
}

function call(
  { self, value }: { self: unknown; value: unknown } = { self: undefined, value: undefined },
  ...args: unknown[]
) {
  return (value as (...args: unknown[]) => unknown).apply(self, args);
}

describe('captures a function that only its closure sees', () => {
  const cases: [string, Case][] = [
    [
      'a declaration, before anybody calls it',
      {
        source: '(function(){ start(); function start(){} function enc(t){ return "e:" + t } })()',
        at: 'return "e:"',
        expression: 'enc',
      },
    ],
    [
      'a declaration that has a parameter of its own name',
      { source: '(function(){ function t(t){ return "e:" + t } })()', at: 'function t(t)', expression: 't' },
    ],
    [
      'a function expression by its head',
      { source: '(function(){ var t=function(t){ return "e:" + t }; t(1) })()', at: 'function(t)', expression: 't' },
    ],
    [
      'a constant, as soon as it is set',
      {
        source: '(()=>{ "use strict"; const key="k"; const enc=t=>key+":"+t; })()',
        at: 'key+":"',
        expression: 'enc',
      },
    ],
    [
      'one among many of a minified line',
      {
        source: '!function(){var a=1,e=function(t){return"e:"+t},b=e(2);window=b}()',
        at: 'return"e:"',
        expression: 'e',
      },
    ],
    [
      'one that is assigned later on',
      {
        source: '(function(){var e;function f(){}e=function(t){return"e:"+t};f()})()',
        at: 'return"e:"',
        expression: 'e',
      },
    ],
    [
      'a module of webpack',
      {
        source:
          '(self=>self.push([[1],{417:(e,t,n)=>{"use strict";n.d(t,{});const r="k";function o(t){return r+t}}}]))({push(c){c[1][417]({}, {}, {d(){}})}})',
        at: 'return r+t',
        expression: 'o',
      },
    ],
    ['one in a block', { source: '{ let x = 1; const enc = t => "e:" + t + x; enc; }', at: '"e:"', expression: 'enc' }],
    ['one in a case', { source: 'switch (1) { case 1: let enc = t => "e:" + t; }', at: '"e:"', expression: 'enc' }],
    [
      'one of a loop without braces',
      {
        source: 'for (const enc of [t => "e:" + t]) [1].forEach(function () { return enc })',
        at: 'return enc',
        expression: 'enc',
      },
    ],
    [
      'one that was caught',
      { source: 'try { throw t => "e:" + t } catch (enc) { enc("x") }', at: 'enc("x")', expression: 'enc' },
    ],
    ['a parameter', { source: '(function (enc) { return 1 })(t => "e:" + t)', at: 'return 1', expression: 'enc' }],
    [
      'a parameter of an arrow function that is one expression',
      {
        source: '(enc => ({ a: enc }))(t => "e:" + t)',
        at: 'a: enc',
        expression: 'enc',
      },
    ],
    ['a default of a parameter', { source: '(function (enc = t => "e:" + t) {})()', at: '"e:"', expression: 'enc' }],
    [
      'a function made for it',
      {
        source: '(()=>{ const sign=(key,t)=>key+":"+t; const key="k"; sign(key,"x"); })()',
        at: 'sign(key,"x")',
        expression: 't => sign(key, t)',
      },
    ],
    [
      'one behind a directive and without semicolons',
      {
        source: '(function () {\n"use strict"\nvar n = 1\nfunction enc(t) {\nreturn "e:" + t }\n})()',
        at: 'return "e:"',
        expression: 'enc',
      },
    ],
    [
      'one that has the same name as one outside',
      {
        source: 'var enc = 1; (function () { var enc = t => "e:" + t; return enc })()',
        at: '"e:"',
        expression: 'enc',
      },
    ],
  ];
  it.each(cases)('%s', (_title, given) => {
    expect(call(keptBy(given).last, 'x')).toMatch(/^[ek]:?x|^e:x/);
  });
});

describe('captures a value', () => {
  it('after the statement that sets it', () => {
    const { kept } = keptBy({
      source: '(() => { let k = 1; k = k + 1; k = 3; })()',
      at: 'k = k + 1',
      expression: 'k + 0',
    });
    expect(kept.map(({ value }) => value)).toEqual([2]);
  });

  it('before a statement that leaves', () => {
    const source = 'function f(t) { t += 1; return t } f(1)';
    expect(keptBy({ source, at: 'return t }', expression: 't + 0' }).last?.value).toBe(2);
  });

  it('each time the place runs', () => {
    const source = 'function f(t) { return t } f(1); f(2)';
    expect(keptBy({ source, at: 'return t', expression: 't' }).kept.map(({ value }) => value)).toEqual([1, 2]);
  });

  it.each(['"use strict"; return this', '"a"; "use strict"'])('leaves directives in effect: %s', (body) => {
    const source = `function f() { ${body} } var strict = f.call(0) === 0; f.call(1)`;
    const { kept, page } = keptBy({ source, at: '"use strict"', expression: 'this' });
    expect([kept[0]?.value, kept[1]?.value, page.strict]).toEqual([0, 1, body.includes('return')]);
  });

  it('that is declared further down, once it is set', () => {
    const source = '(() => { work(); const key = 5; function work() {} })()';
    expect(keptBy({ source, at: 'work();', expression: 'key + 0' }).last?.value).toBe(5);
  });

  it('of a name that is set elsewhere, reread on demand', () => {
    const source = '(() => { let enc; return set; function set() { enc = 7 } })()()';
    const { kept, reads } = keptBy({ source, at: 'return set', expression: 'enc' });
    expect([kept[0]?.value, reads[0]?.()[1]]).toEqual([undefined, 7]);
  });

  it('and never rereads an expression that would run code of the page', () => {
    const { reads } = keptBy({ source: 'function f() { return 1 } f()', at: 'return 1', expression: 'f.call()' });
    expect(reads).toEqual([]);
  });
});

describe('captures a method with its object', () => {
  it('of an expression object.method', () => {
    const source = '(() => { const api = { key: "k", enc(t) { return this.key + t } }; api })()';
    const { last } = keptBy({ source, at: 'api })', expression: 'api.enc' });
    expect(call(last, 'x')).toBe('kx');
  });

  it('that is private, when the object is created and at each call of the method', () => {
    const source = `class Vault { #key; constructor(k) { this.#key = k } #enc(t) { return this.#key + t }
      run(t) { return this.#enc(t) } }
      globalThis.a = new Vault("a"); globalThis.b = new Vault("b");`;
    const { kept, page } = keptBy({ source, at: 'return this.#key + t', expression: 'this.#enc' });
    expect(call(kept.at(-1), 'x')).toBe('bx');
    runInContext('a.run("y")', page);
    expect(call(kept.at(-1), 'x')).toBe('ax');
  });

  it('of a derived class, whose constructor has no this at first', () => {
    const source =
      'class A {} class B extends A { constructor() { super(); this.k = "k" } enc(t) { return this.k + t } }; new B().enc(1)';
    const { last } = keptBy({ source, at: 'return this.k', expression: 'this.enc' });
    expect(call(last, 'x')).toBe('kx');
  });

  it('of a field that is an arrow function', () => {
    const source = 'class A { k = "k"; enc = t => this.k + t }; new A()';
    expect(call(keptBy({ source, at: 'this.k + t', expression: 'this.enc' }).last, 'x')).toBe('kx');
  });

  it('of the class itself', () => {
    const source = 'class A { static #k = "k"; static #enc(t) { return A.#k + t } }';
    expect(call(keptBy({ source, at: 'return A.#k', expression: 'A.#enc' }).last, 'x')).toBe('kx');
  });

  it('by a computed key', () => {
    const source = '(() => { const api = { k: "k", enc(t) { return this.k + t } }, n = "enc"; api })()';
    expect(call(keptBy({ source, at: 'api })', expression: 'api[n]' }).last, 'x')).toBe('kx');
  });

  it('adds nothing to a class whose base returns one object twice', () => {
    const source =
      'const one = {}; class Base { constructor() { return one } } class A extends Base { enc() {} }; new A(); new A()';
    expect(keptBy({ source, at: 'enc()', expression: 'this.enc' }).kept).toEqual([]);
  });
});

describe('reports a capture that is impossible', () => {
  const plan = (source: string, at: string, expression: string) =>
    planCaptures(source, [{ name: 'x', at: { text: at }, expression }], TARGET);

  it('for a text that occurs twice, with both places', () => {
    const { insertions, placements } = plan('enc(1);\nenc(2);', 'enc(', 'enc');
    expect(insertions).toEqual([]);
    expect(placements.x).toMatchObject({
      kind: 'not-matched',
      several: true,
      nearest: [{ line: 1 }, { line: 2, column: 1 }],
    });
  });

  it('for a missing text, with the most similar places', () => {
    const source = `${'var unrelated = 1;\n'.repeat(50)}function encryptOrder(text, secretKey) { return seal(text) }`;
    expect(plan(source, 'function encryptOrder(data,secretKey){', 'encryptOrder').placements.x).toMatchObject({
      kind: 'not-matched',
      several: false,
      nearest: [{ line: 51, text: expect.stringContaining('encryptOrder') }],
    });
  });

  it.each([
    ['a script that is none', '<html>a(1)', 'a(1)', 'a', /Unexpected token/],
    ['an expression that is none', 'a(1)', 'a(1)', 'a +', /Unexpected/],
    ['more than one expression', 'a(1)', 'a(1)', 'a); evil(', /exactly one expression/],
    ['a statement in disguise', 'a(1)', 'a(1)', 'a)+(b', /exactly one expression/],
    ['an expression that waits', 'async function f() { a(1) }', 'a(1)', 'await a', /wait|Unexpected/],
    [
      'a private name of no class around',
      'class A { #b } a(1)',
      'a(1)',
      'this.#b',
      /no class around this place declares #b/,
    ],
    ['super outside of a method', 'function f() { a(1) }', 'a(1)', 'super.a', /super/],
  ])('%s', (_title, source, at, expression, words) => {
    const { insertions, placements } = plan(source, at, expression);
    expect(insertions).toEqual([]);
    expect(placements.x).toEqual({ kind: 'unfit', reason: expect.stringMatching(words) });
  });

  it('and still places the others', () => {
    const captures = [
      { name: 'bad', at: { text: 'a(1)' }, expression: 'super.a' },
      { name: 'good', at: { text: 'a(1)' }, expression: 'b' },
    ];
    const { insertions, placements } = planCaptures('function f(b) { a(1) }', captures, TARGET);
    expect(insertions).toHaveLength(1);
    expect(placements).toMatchObject({ bad: { kind: 'unfit' }, good: { kind: 'placed' } });
  });
});

it('accepts a line and a column', () => {
  const { placements } = planCaptures(
    'a;\r\nfunction f() { b }',
    [{ name: 'x', at: { line: 2, column: 16 }, expression: 'f' }],
    TARGET,
  );
  expect(placements.x).toEqual({ kind: 'placed', line: 2, column: 16 });
});

it('inserts no line, so that positions of other lines and before the place stay the same', () => {
  const source = 'start()\nfunction f() {\n  one(); two() }\nend()';
  const { insertions } = planCaptures(source, [{ name: 'x', at: { text: 'two()' }, expression: 'f' }], TARGET);
  const [before, after] = [source.split('\n'), insertInto(source, insertions).split('\n')];
  expect(after).toHaveLength(before.length);
  expect(after.filter((line, index) => line !== before[index])).toHaveLength(1);
});

/** Scripts with all of the grammar, as people and minifiers write it. Each logs what it does. */
const CORPUS = [
  `"use strict";var a=1,b=function(t){return t+a},c=t=>({x:t}),d=async t=>{await t;for await(const q of[1])log(q)};for(let i=0,e=b;i<2;i++)log(e(i));if(a)log(1);else log(2);do a++;while(a<3)
log(c(1).x);l:for(const k in{p:1,q:2}){if(k==="q")continue l;log(k)}switch(a){case 3:let z=4;log(z);break;default:log(0)}try{throw 1}catch({message:m=5}){log(m)}finally{log(6)}`,
  `class A extends Object{#p=1;static s=2;static #q=3;static{log(A.#q)}constructor(x=1){super();this.x=x;log(this.#p)}get g(){return this.#p}set g(v){this.#p=v}#m(t){return t+this.#p}m(...r){return r.map(t=>this.#m(t))}static f(){return A.#q}*gen(){yield 1;yield*[2]}async am(){return await this.m(1)}['c'+1](){return 1}h=()=>this.x}
const o=new A(2);log(o.m(1,2).join(),A.f(),[...o.gen()].join(),o.c1(),o.h(),o.g);o.g=5;log(o.g)`,
  `!function(e,t){"object"==typeof exports?e.x=t():e.y=t()}(this,function(){"use strict";function n(e){return n.c?1:(n.c=1,e)}var r,i=n(2)
r=i?function(e){return e*2}:null;return r(3),log(r(i)),{get z(){return r},w:async()=>{}}})
var re=/[/]}/g.test("a/}")?\`t\${[1].map(x=>\`<\${x}>\`)}\`:null;log(re,0,(1,2),new.target===undefined)`.replace(
    ',new.target===undefined',
    '',
  ),
  `function* g(){const x=yield 1;log(x)}const it=g();it.next();it.next(7)
for(var v=0,w=()=>v;v<2;v++)setTimeout0(()=>log(w()));if(v)function hoisted(){}
label:{if(v)break label;log("no")}var{p=1,...rest}={q:2},[s,,u=3]=[1,2];log(p,s,u,rest.q??0,rest?.q?.toFixed?.(1));delete rest.q
while(v-->0)if(v)log(v);else;log(typeof missing,void 0===undefined)`,
];
const EXPRESSIONS = [
  'this',
  'a',
  'e',
  't',
  'n',
  'o.m',
  'x => x',
  'this.x',
  'r',
  '({ a, b })',
  'v',
  'i',
  'k',
  'missing.name',
  '1 + 1',
];

function traceOf(source: string): string {
  const trace: string[] = [];
  const page = createContext({
    log: (...args: unknown[]) => trace.push(args.join(' ')),
    setTimeout0: (run: () => void) => run(),
  });
  runInContext(source, page);
  return trace.join('\n');
}

describe('for any place and expression', () => {
  const sources = CORPUS.map((source) => [source, traceOf(source)] as const);
  const spots = fc.constantFrom(...sources).chain((given) =>
    fc.record({
      given: fc.constant(given),
      spots: fc.array(fc.record({ offset: fc.nat(given[0].length - 1), expression: fc.constantFrom(...EXPRESSIONS) }), {
        minLength: 1,
        maxLength: 4,
      }),
    }),
  );

  it('leaves the script valid and its behaviour the same', () => {
    fc.assert(
      fc.property(spots, ({ given: [source, trace], spots }) => {
        const captures = spots.map(({ offset, expression }, index) => ({
          name: `c${index}`,
          at: lineColumnOf(source, offset),
          expression,
        }));
        const rewritten = insertInto(source, planCaptures(source, captures, TARGET).insertions);
        new Script(rewritten);
        expect(traceOf(rewritten)).toBe(trace);
      }),
      { numRuns: 150 },
    );
  });

  it('leaves only its own text behind', () => {
    fc.assert(
      fc.property(spots, ({ given: [source], spots }) => {
        const captures = spots.map(({ offset, expression }) => ({
          name: 'c',
          at: lineColumnOf(source, offset),
          expression,
        }));
        const { insertions } = planCaptures(source, captures, TARGET);
        let shift = 0;
        let rest = insertInto(source, insertions);
        for (const { offset, text } of insertions) {
          expect(rest.slice(offset, offset + text.length)).toBe(text);
          rest = rest.slice(0, offset) + rest.slice(offset + text.length);
          shift += text.length;
        }
        expect(rest).toBe(source);
        expect(shift).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 50 },
    );
  });
});

it('reads modules', () => {
  const source = 'import{a as b}from"./x.js";const c=t=>b(t);export{c as d};await 0';
  const { insertions } = planCaptures(source, [{ name: 'x', at: { text: 'b(t)' }, expression: 'c' }], TARGET);
  expect(parseAs(insertInto(source, insertions), 'module')).not.toBeInstanceOf(Error);
  expect(insertions).toHaveLength(1);
});

describe('before the page script starts', () => {
  it('a stand-in keeps the newest value of each name and adds no enumerable global', () => {
    const source = 'function f(t) { return t } f(1); f(2)';
    const { insertions } = planCaptures(source, [{ name: 'x', at: { text: 'return t' }, expression: 't' }], TARGET);
    const page = createContext({});
    const before = runInContext('Object.getOwnPropertyNames(globalThis).join()', page);
    runInContext(insertInto(source, insertions), page);
    expect(runInContext('Object.getOwnPropertyNames(globalThis).filter((n) => n !== "f").join()', page)).toBe(before);
    expect(runInContext(`${HOOK}()["#x "][0][1]`, page)).toBe(2);
    expect(runInContext('let keys = []; for (const key in globalThis) keys.push(key); keys.join()', page)).toBe('f');
  });

  it('a page that blocks definitions keeps running', () => {
    const source =
      'Object.defineProperty = () => { throw new Error("no") }; function f() { return 1 }; globalThis.done = f()';
    const { insertions } = planCaptures(source, [{ name: 'x', at: { text: 'return 1' }, expression: 'f' }], TARGET);
    const page: Record<string, unknown> = {};
    runInContext(insertInto(source, insertions), createContext(page));
    expect(page.done).toBe(1);
  });
});

function lineColumnOf(source: string, offset: number) {
  const before = source.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

describe('a large script', () => {
  const SOURCE = `(function(){function seal(t){return t}var open=function(t){return t};class Vault{#key=1;enc(){return 2}}})();`;
  const plan = (length: number, at: string, expression: string) => {
    const source = `${SOURCE}/*${'x'.repeat(length)}*/`;
    return planCaptures(source, [{ name: 'wanted', at: { text: at }, expression }], TARGET).placements.wanted;
  };
  const tooLarge = { kind: 'unfit', reason: expect.stringContaining('too large to parse') };

  it('is parsed only around the place above a size limit', () => {
    expect(plan(MAX_PARSED_WHOLE, 'open=function', 'open')).toMatchObject({ kind: 'placed' });
    expect(plan(MAX_PARSED_WHOLE, 'enc()', 'this.#key')).toMatchObject({ kind: 'placed' });
    // Whether this stays valid depends on the code around it, which takes a whole parse.
    expect(plan(MAX_PARSED_WHOLE, 'open=function', 'open.target')).toEqual(tooLarge);
    expect(plan(MAX_PARSED_WHOLE - SOURCE.length - 4, 'open=function', 'open.target')).toMatchObject({
      kind: 'placed',
    });
  });

  it('is not parsed at all above a larger limit, and a declared function is still captured', () => {
    expect(plan(MAX_PARSED_AROUND, 'open=function', 'open')).toEqual(tooLarge);
    expect(plan(MAX_PARSED_AROUND, 'function seal(', 'seal')).toMatchObject({ kind: 'placed' });
  });
});
