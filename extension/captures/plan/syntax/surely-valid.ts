import type { Insertion } from '../insertion.ts';
import type { CapturedExpression } from './captured-expression.ts';
import { type Goal, parseAs } from './parse-script.ts';
import { childrenOf, type Node, statementsOf } from './syntax-tree.ts';

/** Words whose validity depends on the surrounding code. */
const DEPENDS_ON_CONTEXT = /(?<![\w$])(await|yield|super|arguments|import|target)(?![\w$])|\\/;

/**
 * Whether a valid script certainly stays valid with these insertions. Parsing it again would take as long
 * as everything else together. Each insertion must be between two statements or at the end of a class body,
 * and must be a statement (or class element) by itself: it starts and ends with a semicolon, and its
 * expression parses alike anywhere in the same mode. `false` means that the script has to be parsed.
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

/** The nodes that contain an offset, from the program down. */
function nodesAround(program: Node, offset: number): Node[] {
  const nodes: Node[] = [];
  for (let node: Node | undefined = program; node; ) {
    nodes.push(node);
    node = childrenOf(node).find(({ start, end }) => start < offset && offset < end);
  }
  return nodes;
}

/** Not before a directive, which would become a plain string. */
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
