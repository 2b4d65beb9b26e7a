import {
  after,
  afterDirectives,
  around,
  before,
  field,
  type Insertion,
  isDirective,
  startOf,
  staticBlock,
} from './insertion.ts';
import type { CapturedExpression } from './syntax/captured-expression.ts';
import { type Binding, bindingIn, setsName } from './syntax/declared-names.ts';
import { isFunction, type Node, runsOnItsOwn, statementsOf } from './syntax/syntax-tree.ts';

/** The capturing code, and a private name that is unused in the page. */
export interface CapturingCode {
  readonly code: string;
  readonly privateName: string;
}

/** The scope that an expression needs, as an index into the path of nodes from the program to the anchor. */
interface Scope {
  readonly index: number;
  readonly isHoisted: boolean;
}

/**
 * Chooses where to insert `code`, so that `expression` is in scope.
 *
 * A name in the expression may be declared outside the anchor's function (a helper beside it). Then the
 * code goes to that declaration, so that it runs as soon as there is a value. Otherwise it goes to the
 * anchor. @throws Error that says what is missing.
 */
export function chooseInsertions(
  path: readonly Node[],
  expression: CapturedExpression,
  keeping: CapturingCode,
): Insertion[] {
  // The innermost node is the anchor itself and not a scope of it.
  const outer = path.length > 1 ? path.slice(0, -1) : path;
  const scope = scopeOf(outer, expression);
  const inClass =
    onClassDefinition(outer, scope.index, keeping) ?? onConstruction(outer, scope.index, expression, keeping);
  if (inClass) return inClass;
  const { code } = keeping;
  const own = innermost(outer, runsOnItsOwn);
  const home = innermost(path.slice(0, scope.index + 1), runsOnItsOwn);
  return own === home ? atAnchor(path, Math.max(scope.index, home), expression, code) : aroundAnchor(path, scope, code);
}

function scopeOf(path: readonly Node[], expression: CapturedExpression): Scope {
  const needs = expression.names.map((name) => scopeOfName(path, name));
  for (const name of expression.privateNames) needs.push({ index: classWith(path, name), isHoisted: true });
  if (expression.usesThis) needs.push({ index: ownerOfThis(path), isHoisted: true });
  const index = Math.max(0, ...needs.map((need) => need.index));
  return { index, isHoisted: needs.every((need) => need.index < index || need.isHoisted) };
}

function scopeOfName(path: readonly Node[], name: string): Scope {
  for (let index = path.length - 1; index >= 0; index--) {
    const binding: Binding | undefined = bindingIn(path[index] as Node, name);
    if (binding) return { index, isHoisted: binding === 'hoisted' };
  }
  return { index: 0, isHoisted: true };
}

function classWith(path: readonly Node[], privateName: string): number {
  const index = path.findLastIndex(
    (node) =>
      (node.type === 'ClassDeclaration' || node.type === 'ClassExpression') &&
      node.body.body.some((element) => 'key' in element && isPrivate(element.key, privateName)),
  );
  if (index < 0) throw new Error(`no class around this place declares #${privateName}`);
  return index;
}

function isPrivate(key: Node, name: string): boolean {
  return key.type === 'PrivateIdentifier' && key.name === name;
}

function ownerOfThis(path: readonly Node[]): number {
  const index = path.findLastIndex((node) => runsOnItsOwn(node) && node.type !== 'ArrowFunctionExpression');
  return Math.max(index, 0);
}

/** Captures an object when it is constructed, in a class field; in a method, at each call as well. */
function onConstruction(path: readonly Node[], index: number, expression: CapturedExpression, keeping: CapturingCode) {
  const bodyIndex = path.findLastIndex(({ type }, at) => at <= index && type === 'ClassBody');
  const [body, element] = [path[bodyIndex], path[bodyIndex + 1]];
  if (body === undefined || element === undefined) return undefined;
  if (path[index] === element && element.type === 'PropertyDefinition') {
    return [element.static ? staticBlock(body, keeping.code) : field(body, keeping.privateName, keeping.code)];
  }
  if (element.type !== 'MethodDefinition' || path[index] !== element.value || element.static) return undefined;
  // A variable or the arguments of the method exist only while it runs.
  if (!expression.usesThis || expression.usesArguments || usesNamesOf(path, index, expression)) return undefined;
  if (!mayHaveField(path[bodyIndex - 1])) return undefined;
  const made = field(body, keeping.privateName, keeping.code);
  return element.kind === 'constructor' ? [made] : [...startOf(element.value.body, keeping.code), made];
}

/** The expression needs only a private name of the class: capture when the class is defined. */
function onClassDefinition(path: readonly Node[], index: number, keeping: CapturingCode): Insertion[] | undefined {
  const node = path[index];
  const body = path[index + 1];
  if (node?.type !== 'ClassDeclaration' && node?.type !== 'ClassExpression') return undefined;
  return body?.type === 'ClassBody' ? [staticBlock(body, keeping.code)] : undefined;
}

function usesNamesOf(path: readonly Node[], index: number, { names }: CapturedExpression): boolean {
  return names.some((name) => scopeOfName(path, name).index >= index);
}

/**
 * An added private field throws if the base class returns the same object twice. That is safe if the class
 * has no base, or has private members that would throw already.
 */
export function mayHaveField(node: Node | undefined): boolean {
  if (node?.type !== 'ClassDeclaration' && node?.type !== 'ClassExpression') return false;
  const hasPrivate = node.body.body.some(
    (element) =>
      (element.type === 'PropertyDefinition' || element.type === 'MethodDefinition') &&
      !element.static &&
      element.key.type === 'PrivateIdentifier',
  );
  return !node.superClass || hasPrivate;
}

/** At the anchor: before its statement, or after it if the statement sets a captured name. */
function atAnchor(path: readonly Node[], from: number, expression: CapturedExpression, code: string): Insertion[] {
  const at = lastStatement(path, path.length - 1, from);
  if (at < 0) return startOfScope(path, from, code);
  const statement = path[at] as Node;
  const list = statementsOf(path[at - 1]) as readonly Node[];
  const later = expression.names
    .map((name) => list.findLastIndex((other) => setsName(other, name) && isDeclaration(other)))
    .filter((index) => index > list.indexOf(statement));
  if (later.length > 0) return after(list[Math.max(...later)] as Node, code);
  if (expression.names.some((name) => setsName(statement, name)) && !isJump(statement)) return after(statement, code);
  // Code before a directive would turn the directive into a plain string.
  const first = isDirective(statement) ? afterDirectives(list) : statement;
  return first ? before(first, code) : after(list.at(-1) as Node, code);
}

/**
 * In the scope that declares the names: at its start, or after the statement that contains the anchor,
 * which most likely sets them.
 */
function aroundAnchor(path: readonly Node[], scope: Scope, code: string): Insertion[] {
  const inner = path.findIndex((node, index) => index > scope.index && runsOnItsOwn(node));
  const at = lastStatement(path, inner, scope.index);
  if (at < 0) return startOfScope(path, scope.index, code);
  const statement = path[at] as Node;
  const list = statementsOf(path[at - 1]) as readonly Node[];
  if (scope.isHoisted) return before(afterDirectives(list) ?? statement, code);
  return isJump(statement) ? before(statement, code) : after(statement, code);
}

function startOfScope(path: readonly Node[], index: number, code: string): Insertion[] {
  const scope = path[index];
  if (scope && isFunction(scope) && 'body' in scope) return startOf(scope.body as Node, code);
  if (scope && 'body' in scope && isLoop(scope)) return startOfBody(scope.body as Node, code);
  if (scope?.type === 'CatchClause') return startOf(scope.body, code);
  throw new Error('no code can be inserted at this place');
}

function isLoop({ type }: Node): boolean {
  return type === 'ForStatement' || type === 'ForInStatement' || type === 'ForOfStatement';
}

function startOfBody(body: Node, code: string): Insertion[] {
  if (statementsOf(body)) return startOf(body, code);
  return around(body, `{${code};`, '}');
}

/** The deepest statement of a statement list between two indexes of the path; -1 if there is none. */
function lastStatement(path: readonly Node[], to: number, from: number): number {
  for (let index = to; index > from; index--) {
    const list = statementsOf(path[index - 1]);
    if (list?.includes(path[index] as Node)) return index;
  }
  return -1;
}

function isJump({ type }: Node): boolean {
  return (
    type === 'ReturnStatement' || type === 'ThrowStatement' || type === 'BreakStatement' || type === 'ContinueStatement'
  );
}

function isDeclaration({ type }: Node): boolean {
  return (
    type === 'VariableDeclaration' ||
    type === 'ClassDeclaration' ||
    type === 'ExportNamedDeclaration' ||
    type === 'ExportDefaultDeclaration'
  );
}

function innermost(path: readonly Node[], is: (node: Node) => boolean): number {
  return Math.max(0, path.findLastIndex(is));
}
