import type { AnyNode } from 'acorn';

/** A node of acorn's syntax tree. */
export type Node = AnyNode;

/** The nodes directly below one, in no particular order. */
export function childrenOf(node: Node): Node[] {
  const children: Node[] = [];
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) for (const item of value) addNode(children, item);
    else addNode(children, value);
  }
  return children;
}

function addNode(nodes: Node[], value: unknown): void {
  if (isNode(value)) nodes.push(value);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** The nodes around an offset, from the program down to the innermost. */
export function pathTo(program: Node, offset: number): Node[] {
  const path = [program];
  for (let node: Node | undefined = program; node; ) {
    node = childrenOf(node).find(({ start, end }) => start <= offset && offset < end);
    if (node) path.push(node);
  }
  return path;
}

/** Visits a node and all below it; where `enter` says `false`, nothing below. No recursion: minified code nests deep. */
export function visit(root: Node, enter: (node: Node) => boolean | undefined): void {
  const open = [root];
  for (let node = open.pop(); node; node = open.pop()) if (enter(node) !== false) open.push(...childrenOf(node));
}

export function isFunction(node: Node | undefined) {
  return (
    node?.type === 'FunctionDeclaration' ||
    node?.type === 'FunctionExpression' ||
    node?.type === 'ArrowFunctionExpression'
  );
}

/** Nodes whose code runs at a time of its own. */
export function runsOnItsOwn(node: Node | undefined): boolean {
  return isFunction(node) || node?.type === 'PropertyDefinition' || node?.type === 'StaticBlock';
}

/** The statements of a node that holds a list of them, undefined for any other. */
export function statementsOf(node: Node | undefined): readonly Node[] | undefined {
  switch (node?.type) {
    case 'Program':
    case 'BlockStatement':
    case 'StaticBlock':
      return node.body;
    case 'SwitchCase':
      return node.consequent;
    default:
      return undefined;
  }
}
