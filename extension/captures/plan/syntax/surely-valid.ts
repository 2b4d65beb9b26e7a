import type { Insertion } from '../insertions.ts';
import type { CapturedExpression } from './captured-expression.ts';
import { type Goal, parseAs } from './parse-script.ts';
import { childrenOf, type Node, statementsOf } from './syntax-tree.ts';

/** What is valid or not by what is around it; the text of an expression without these words is the same anywhere. */
const DEPENDS_ON_CONTEXT = /(?<![\w$])(await|yield|super|arguments|import|target)(?![\w$])|\\/;

/**
 * Whether a valid script certainly stays valid with these insertions, told without parsing it once more, which takes as long as all
 * else. Each has to stand between two statements, or at the end of a class, where whatever is a statement (a class element) by itself
 * is one there as well: it begins and ends with a semicolon, and the expression in it is the same to the parser in any place of the
 * same strictness. Nothing is said of others: for those the parser has to read the whole.
 */
export function isSurelyValid(
  { program, goal }: { program: Node; goal: Goal },
  insertions: readonly Insertion[],
  expression: CapturedExpression,
): boolean {
  if (DEPENDS_ON_CONTEXT.test(expression.text)) return false;
  return insertions.every((insertion) => {
    const around = nodesAround(program, insertion.offset);
    const place = around.at(-1) as Node;
    const bodies = around.filter(({ type }) => type === 'ClassBody');
    if (!expression.privateNames.every((name) => bodies.some((body) => hasPrivate(body, name)))) return false;
    if (isBetweenStatements(place, insertion.offset)) return isStatement(insertion.text, expression, goal);
    return isEndOfClass(place, insertion) && isElement(insertion.text, expression, goal);
  });
}

/** The nodes that begin before an offset and end behind it, from the program down. */
function nodesAround(program: Node, offset: number): Node[] {
  const nodes: Node[] = [];
  for (let node: Node | undefined = program; node; ) {
    nodes.push(node);
    node = childrenOf(node).find(({ start, end }) => start < offset && offset < end);
  }
  return nodes;
}

/** Nor before a directive, which would no longer be one. */
function isBetweenStatements(place: Node, offset: number): boolean {
  const statements = statementsOf(place);
  if (!statements) return false;
  if (statements.some((statement) => 'directive' in statement && statement.start >= offset)) return false;
  const isAtEnd = (place.type === 'BlockStatement' || place.type === 'StaticBlock') && offset === place.end - 1;
  return isAtEnd || statements.some(({ start, end }) => start === offset || end === offset);
}

function isEndOfClass(place: Node, { offset, text }: Insertion): boolean {
  if (place.type !== 'ClassBody' || offset !== place.end - 1) return false;
  const own = /^;#([\w$]+)=/.exec(text)?.[1];
  return own === undefined || !hasPrivate(place, own);
}

function hasPrivate(body: Node, name: string): boolean {
  if (body.type !== 'ClassBody') return false;
  return body.body.some(
    (element) => 'key' in element && element.key.type === 'PrivateIdentifier' && element.key.name === name,
  );
}

function isStatement(text: string, expression: CapturedExpression, goal: Goal): boolean {
  if (!/^;.*;$/s.test(text)) return false;
  if (expression.privateNames.length > 0) return isElement(`static{${text}}`, expression, goal);
  return isValid(text, goal) && isValid(`"use strict";${text}`, goal);
}

function isElement(text: string, { privateNames }: CapturedExpression, goal: Goal): boolean {
  return isValid(`(class{${privateNames.map((name) => `#${name};`).join('')}${text}})`, goal);
}

function isValid(text: string, goal: Goal): boolean {
  return !(parseAs(text, goal) instanceof Error);
}
