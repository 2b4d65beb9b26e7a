import { isFunction, type Node, statementsOf, visit } from './syntax-tree.ts';

/**
 * `hoisted`: has its value from the start of the scope; `here`: from its declaration (`let`, `const`,
 * `var`, `class`).
 */
export type Binding = 'hoisted' | 'here';

/** How a scope binds a name; undefined if it does not. */
export function bindingIn(scope: Node, name: string): Binding | undefined {
  switch (scope.type) {
    case 'Program':
      return inStatements(scope.body, name) ?? (hasVar(scope, name) ? 'here' : undefined);
    case 'StaticBlock':
    case 'BlockStatement':
      return inStatements(scope.body, name);
    case 'SwitchStatement':
      return inStatements(
        scope.cases.flatMap(({ consequent }) => consequent),
        name,
      );
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return inFunction(scope, name);
    case 'ForStatement':
      return declares(scope.init, name) ? 'here' : undefined;
    case 'ForInStatement':
    case 'ForOfStatement':
      return declares(scope.left, name) ? 'hoisted' : undefined;
    case 'CatchClause':
      return scope.param && bindsName(scope.param, name) ? 'hoisted' : undefined;
    case 'ClassDeclaration':
    case 'ClassExpression':
      return scope.id?.name === name ? 'hoisted' : undefined;
    default:
      return undefined;
  }
}

/** Whether a statement declares the name or assigns to it, nested functions excluded. */
export function setsName(statement: Node, name: string): boolean {
  let found = false;
  visit(statement, (node) => {
    if (node !== statement && isFunction(node)) return false;
    if (node.type === 'VariableDeclaration' && declares(node, name)) found = true;
    if (node.type === 'AssignmentExpression' && bindsName(node.left, name)) found = true;
    if (node.type === 'ClassDeclaration' && node.id?.name === name) found = true;
    return !found;
  });
  return found;
}

function inFunction(scope: Node, name: string): Binding | undefined {
  if (scope.type !== 'FunctionDeclaration' && scope.type !== 'FunctionExpression') {
    if (scope.type !== 'ArrowFunctionExpression') return undefined;
  } else if (scope.type === 'FunctionExpression' && scope.id?.name === name) return 'hoisted';
  if (scope.params.some((param) => bindsName(param, name))) return 'hoisted';
  const own = statementsOf(scope.body);
  return own && (inStatements(own, name) ?? (hasVar(scope.body, name) ? 'here' : undefined));
}

function inStatements(statements: readonly Node[], name: string): Binding | undefined {
  for (const statement of statements) {
    const inner = declarationOf(statement);
    if (inner.type === 'FunctionDeclaration' && inner.id?.name === name) return 'hoisted';
    if (inner.type === 'ImportDeclaration' && inner.specifiers.some(({ local }) => local.name === name))
      return 'hoisted';
    if (inner.type === 'ClassDeclaration' && inner.id?.name === name) return 'here';
    if (inner.type === 'VariableDeclaration' && inner.kind !== 'var' && declares(inner, name)) return 'here';
  }
  return undefined;
}

/** The declaration of an `export`, or the statement itself. */
function declarationOf(statement: Node): Node {
  if (statement.type === 'ExportNamedDeclaration') return statement.declaration ?? statement;
  return statement.type === 'ExportDefaultDeclaration' ? statement.declaration : statement;
}

function hasVar(scope: Node, name: string): boolean {
  let found = false;
  visit(scope, (node) => {
    if (node !== scope && isFunction(node)) {
      // In sloppy mode a function in a block is also bound in the enclosing function.
      if (node.type === 'FunctionDeclaration' && node.id?.name === name) found = true;
      return false;
    }
    if (node.type === 'VariableDeclaration' && node.kind === 'var' && declares(node, name)) found = true;
    return !found;
  });
  return found;
}

function declares(node: Node | null | undefined, name: string): boolean {
  return node?.type === 'VariableDeclaration' && node.declarations.some(({ id }) => bindsName(id, name));
}

/** Whether a binding or assignment pattern contains a name. */
export function bindsName(pattern: Node, name: string): boolean {
  switch (pattern.type) {
    case 'Identifier':
      return pattern.name === name;
    case 'ObjectPattern':
      return pattern.properties.some((property) =>
        bindsName(property.type === 'Property' ? property.value : property, name),
      );
    case 'ArrayPattern':
      return pattern.elements.some((element) => element !== null && bindsName(element, name));
    case 'AssignmentPattern':
      return bindsName(pattern.left, name);
    case 'RestElement':
      return bindsName(pattern.argument, name);
    default:
      return false;
  }
}
