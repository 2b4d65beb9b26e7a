import { type Options, parse } from 'acorn';
import { bindsName } from './declared-names.ts';
import { isFunction, type Node, visit } from './syntax-tree.ts';

/** A parsed expression, and what it needs from its scope. */
export interface CapturedExpression {
  readonly text: string;
  /** The variables that it reads. */
  readonly names: readonly string[];
  readonly privateNames: readonly string[];
  /** It needs `this`, `super` or `arguments` of the function around it. */
  readonly usesThis: boolean;
  /** `arguments` may not stand in a class field. */
  readonly usesArguments: boolean;
  /** Reading it runs no code but getters, so that it can be read again later. */
  readonly isReference: boolean;
  /** For `object.method`: its parts, so that the method is called on its object. */
  readonly method?: { readonly object: string; readonly access: string };
}

const OPTIONS = {
  ecmaVersion: 'latest',
  sourceType: 'script',
  checkPrivateFields: false,
  allowSuperOutsideMethod: true,
} as const satisfies Options & { checkPrivateFields: boolean };

/** Parses an expression; returns an Error if it is invalid. */
export function readExpression(text: string): CapturedExpression | Error {
  try {
    // Parentheses force one expression; the newline ends a trailing line comment.
    const source = `(${text}\n)`;
    const [statement, more] = parse(source, OPTIONS).body;
    const node: Node | undefined = statement?.type === 'ExpressionStatement' ? statement.expression : undefined;
    // `a)+(b` would use our own parentheses.
    if (!node || more || node.start === 0) return new Error('enter exactly one expression');
    return describe(node, text, source);
  } catch (error) {
    // The parser's SyntaxError.
    return error instanceof Error ? error : new Error(String(error));
  }
}

function describe(node: Node, text: string, source: string): CapturedExpression | Error {
  const names = new Set<string>();
  const privateNames = new Set<string>();
  const own = namesOfInnerFunctions(node);
  let [usesThis, usesArguments, waits] = [false, false, false];
  visit(node, (inner) => {
    if (inner.type === 'Identifier' && inner.name === 'arguments') usesArguments = true;
    else if (inner.type === 'Identifier' && !own.has(inner.name)) names.add(inner.name);
    else if (inner.type === 'PrivateIdentifier') privateNames.add(inner.name);
    else if (inner.type === 'ThisExpression' || inner.type === 'Super') usesThis = true;
    else if (inner.type === 'AwaitExpression' || inner.type === 'YieldExpression') waits = true;
    return undefined;
  });
  // Names of properties are Identifiers as well.
  for (const name of propertyNamesAlone(node)) names.delete(name);
  if (waits) return new Error('await and yield are not allowed');
  const method = methodOf(node, source);
  return {
    text,
    names: [...names],
    privateNames: [...privateNames],
    usesThis: usesThis || usesArguments,
    usesArguments,
    isReference: !runsCode(node),
    ...(method ? { method } : {}),
  };
}

const RUNS_CODE: ReadonlySet<string> = new Set([
  'CallExpression',
  'NewExpression',
  'TaggedTemplateExpression',
  'AssignmentExpression',
  'UpdateExpression',
  'ImportExpression',
  'UnaryExpression',
  'BinaryExpression',
  'TemplateLiteral',
  'SpreadElement',
  'ClassExpression',
]);

function runsCode(root: Node): boolean {
  let found = false;
  visit(root, (node) => {
    // Creating a function doesn't run it.
    if (isFunction(node)) return false;
    if (RUNS_CODE.has(node.type)) found = true;
    return !found;
  });
  return found;
}

/** Names used only as properties (`a.name`, `{name: …}`), never as variables. */
function propertyNamesAlone(root: Node): string[] {
  const properties = new Set<string>();
  const keys = new Set<Node>();
  visit(root, (node) => {
    if (node.type === 'MemberExpression' && !node.computed) keys.add(node.property);
    if ((node.type === 'Property' || node.type === 'MethodDefinition') && !node.computed && !isShorthand(node))
      keys.add(node.key);
    return undefined;
  });
  const variables = new Set<string>();
  visit(root, (node) => {
    if (node.type === 'Identifier') (keys.has(node) ? properties : variables).add(node.name);
    return undefined;
  });
  return [...properties].filter((name) => !variables.has(name));
}

function isShorthand(node: Node): boolean {
  return node.type === 'Property' && node.shorthand;
}

/** Names bound by functions inside the expression are not free variables. */
function namesOfInnerFunctions(root: Node): Set<string> {
  const own = new Set<string>();
  visit(root, (node) => {
    if (node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression') {
      for (const param of node.params) addPatternNames(own, param);
    }
    if (node.type === 'VariableDeclarator') addPatternNames(own, node.id);
    return undefined;
  });
  return own;
}

function addPatternNames(names: Set<string>, pattern: Node): void {
  visit(pattern, (node) => {
    if (node.type === 'Identifier' && bindsName(pattern, node.name)) names.add(node.name);
    return undefined;
  });
}

function methodOf(node: Node, source: string): CapturedExpression['method'] | undefined {
  const member = unwrap(node);
  if (member.type !== 'MemberExpression' || member.optional) return undefined;
  const property = source.slice(member.property.start, member.property.end);
  // `super.method` is called on `this` and can't be split.
  if (member.object.type === 'Super') return undefined;
  const access = member.computed ? `[${property}]` : `.${property}`;
  return { object: source.slice(member.object.start, member.object.end), access };
}

function unwrap(node: Node): Node {
  let inner = node;
  while (inner.type === 'ParenthesizedExpression') inner = inner.expression;
  return inner;
}
