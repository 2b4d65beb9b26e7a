import { childrenOf, isFunction, type Node, pathTo } from './syntax-tree.ts';

export type FunctionNode = Extract<
  Node,
  { type: 'FunctionDeclaration' | 'FunctionExpression' | 'ArrowFunctionExpression' }
>;

/** A function of a script. */
export interface FunctionSite {
  readonly fn: FunctionNode;
  /** The nodes from the program down to the function. */
  readonly path: readonly Node[];
  /** Where it starts with what names it: its key, the variable, the left side of the assignment. */
  readonly start: number;
}

/**
 * The functions around an offset, the innermost first. An offset on a function's key, variable or left side
 * is in that function.
 */
export function functionsAround(program: Node, offset: number): FunctionSite[] {
  const path = pathTo(program, offset);
  const named = namedAt(path, offset);
  const whole = named ? [...path.slice(0, named.depth), ...named.below] : path;
  const sites: FunctionSite[] = [];
  for (const [index, node] of whole.entries()) {
    if (isFunction(node)) sites.unshift(siteOf(whole.slice(0, index + 1)));
  }
  return sites;
}

/** The function that starts at an offset, otherwise the innermost around it. */
export function functionAt(program: Node, offset: number): FunctionSite | undefined {
  const around = functionsAround(program, offset);
  return around.find(({ start }) => start === offset) ?? around[0];
}

/** The deepest node whose name, not value, contains the offset and whose value is a function. */
function namedAt(path: readonly Node[], offset: number): { depth: number; below: Node[] } | undefined {
  for (let index = path.length - 1; index >= 0; index--) {
    const node = path[index] as Node;
    if (isFunction(node)) return undefined;
    const below = functionBelow(node);
    const fn = below?.at(-1);
    if (below && fn && offset < fn.start) return { depth: index, below };
  }
  return undefined;
}

/** The nodes from one that names a value down to the function that is its value. */
function functionBelow(node: Node): Node[] | undefined {
  const value = namedValue(node);
  if (!value) return undefined;
  if (isFunction(value)) return [node, value];
  const isPassedOn = value.type === 'AssignmentExpression' || value.type === 'AssignmentPattern';
  const below = isPassedOn ? functionBelow(value) : undefined;
  return below && [node, ...below];
}

function namedValue(node: Node): Node | null | undefined {
  switch (node.type) {
    case 'VariableDeclarator':
      return node.init;
    case 'AssignmentExpression':
    case 'AssignmentPattern':
      return node.right;
    case 'Property':
    case 'PropertyDefinition':
    case 'MethodDefinition':
      return node.value;
    default:
      return undefined;
  }
}

function siteOf(path: readonly Node[]): FunctionSite {
  const fn = path.at(-1) as FunctionNode;
  let start = fn.start;
  for (let index = path.length - 2; index >= 0; index--) {
    const node = path[index] as Node;
    if (namedValue(node) !== path[index + 1]) break;
    start = node.start;
    if (node.type !== 'AssignmentExpression') break;
  }
  return { fn, path, start };
}

/** Whether a function uses the object that it is called on. */
export function usesReceiver(fn: FunctionNode, text: string): boolean {
  if (fn.type === 'ArrowFunctionExpression') return false;
  const open: Node[] = [...fn.params, fn.body];
  for (let node = open.pop(); node; node = open.pop()) {
    if (node.type === 'ThisExpression' || node.type === 'Super') return true;
    if (node.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.name === 'eval') return true;
    // Arrow functions have the `this` of the function around them, and their bodies may not have been parsed.
    if (node.type === 'ArrowFunctionExpression' && /\b(?:this|super)\b/.test(text.slice(node.start, node.end)))
      return true;
    if (!isFunction(node)) open.push(...childrenOf(node));
  }
  return false;
}

/** A name that code can be written with: of an identifier, or of a key that is one or a plain string. */
export function keyName(key: Node, isComputed: boolean): string | undefined {
  if (key.type === 'PrivateIdentifier') return `#${key.name}`;
  if (key.type === 'Identifier') return isComputed ? undefined : key.name;
  return key.type === 'Literal' && typeof key.value === 'string' ? key.value : undefined;
}
