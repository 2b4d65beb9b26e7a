import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { transformSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { insertInto } from './insert-into.ts';
import { planDeclaration } from './plan-declaration.ts';
import { parseAs, parseScript } from './syntax/parse-script.ts';
import { type Node, statementsOf, visit } from './syntax/syntax-tree.ts';

const STORE = { hook: 'k7f3q', name: 'wanted', script: '' };

function keep(source: string, expression = 'f') {
  return planDeclaration(source, { expression }, source.indexOf('function f'), STORE);
}

describe('a function captured at its declaration', () => {
  it.each([
    ['at the start of a script', 'function f(){}'],
    ['in a function', '(()=>{function f(){}})()'],
    ['behind a statement', 'a=1;function f(){}'],
    ['behind a block', '{}function f(){}'],
    ['behind another', 'function g(){}\n  function f (a) {}'],
    ['behind a directive', '"use strict";function f(){}'],
    ['behind brackets in texts', `a="(";b=\`(\${c})(\`;d=/[(]/;function f(){}`],
  ])('is captured in front of it, %s', (_where, source) => {
    const insertion = keep(source);
    expect(insertion).toMatchObject({ offset: source.indexOf('function f') });
    expect(parseAs(insertInto(source, insertion ? [insertion] : []), 'script')).not.toBeInstanceOf(Error);
  });

  it.each([
    ['an expression', '(function f(){})'],
    ['an expression in braces', 'a={b:1}\n(()=>{},function f(){})'],
    ['an expression in a template', `a=\`\${function f(){}}\``],
    ['the result of an arrow function', 'a=()=>function f(){}'],
    ['the statement of a condition', 'if(a)function f(){}'],
    ['an export', 'export function f(){}'],
    ['asynchronous', 'async function f(){}'],
    ['behind a comment', 'a=\n//}\nfunction f(){}'],
    ['behind ambiguous code', 'a=b={}/c;function f(){}'],
    ['in a text', 'a=";function f(){}"'],
    ['in a comment', '/*;function f(){}*/'],
  ])('is left to the parser as %s', (_what, source) => {
    expect(keep(source)).toBeUndefined();
  });

  it('is left to the parser if the expression is something else', () => {
    expect(keep('function f(){}', 'f.g')).toBeUndefined();
    expect(keep('function f(){}', 'g')).toBeUndefined();
    expect(planDeclaration('function await(){}', { expression: 'await' }, 0, STORE)).toBeUndefined();
  });
});

describe.each(['acorn', 'uplot'])('in the code of %s', (name) => {
  const source = readFileSync(createRequire(import.meta.url).resolve(name), 'utf8');

  it.each([
    // Half of them follow a comment.
    ['as it is', source, 0.4],
    ['minified', transformSync(source, { minify: true }).code, 0.9],
  ])('%s, it is captured only where the parser finds a declaration, and most are', (_how, text, share) => {
    const { declared, kept, wrong } = compare(text);
    expect(wrong).toEqual([]);
    expect(kept).toBeGreaterThan(declared * share);
  });
});

function compare(text: string) {
  const parsed = parseScript(text);
  if (parsed instanceof Error) throw parsed;
  const inLists = new Set<Node>();
  const result = { declared: 0, kept: 0, wrong: [] as string[] };
  visit(parsed.program, (node) => {
    for (const statement of statementsOf(node) ?? []) inLists.add(statement);
    if ((node.type !== 'FunctionDeclaration' && node.type !== 'FunctionExpression') || !node.id) return true;
    const isDeclared = node.type === 'FunctionDeclaration' && inLists.has(node);
    const insertion = planDeclaration(text, { expression: node.id.name }, node.start, STORE);
    result.declared += Number(isDeclared);
    result.kept += Number(insertion !== undefined);
    if (insertion && !isDeclared) result.wrong.push(text.slice(node.start - 30, node.start + 30));
    return true;
  });
  return result;
}
